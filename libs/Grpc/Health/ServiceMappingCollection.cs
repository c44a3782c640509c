using System.Collections;

namespace Grpc.AspNetCore.HealthChecks;

public sealed class ServiceMappingCollection : ICollection<ServiceMapping>
{
    private readonly Dictionary<string, ServiceMapping> _mappings = new(StringComparer.Ordinal);

    public int Count => _mappings.Count;

    bool ICollection<ServiceMapping>.IsReadOnly => false;

    /// <summary>Replaces a mapping of the same name.</summary>
    public void Map(string name, Func<HealthCheckMapContext, bool> predicate) => _mappings[name] = new(name, predicate);

    /// <exception cref="ArgumentException">The name is there already.</exception>
    public void Add(ServiceMapping service)
    {
        ArgumentNullException.ThrowIfNull(service);
        _mappings.Add(service.Name, service);
    }

    public void Remove(string name) => _mappings.Remove(name);

    public void Clear() => _mappings.Clear();

    public IEnumerator<ServiceMapping> GetEnumerator() => _mappings.Values.GetEnumerator();

    bool ICollection<ServiceMapping>.Contains(ServiceMapping item) => _mappings.ContainsValue(item);

    void ICollection<ServiceMapping>.CopyTo(ServiceMapping[] array, int arrayIndex) => _mappings.Values.CopyTo(array, arrayIndex);

    bool ICollection<ServiceMapping>.Remove(ServiceMapping item) => _mappings.Remove(item.Name);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
