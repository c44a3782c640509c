using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using OpsMesh.Contracts;
using OpsMesh.Contracts.Options.V1;
using OpsMesh.Hosting;

namespace OpsMesh.Access;

/// <summary>Every method of the contract with its policy. The options in the proto are the one source.</summary>
internal sealed class PolicyTable
{
    private readonly FrozenDictionary<string, (MethodDescriptor Method, Policy? Policy)> _declared;
    private readonly bool _dev;
    private volatile FrozenDictionary<string, MethodPolicy> _served = FrozenDictionary<string, MethodPolicy>.Empty;

    public PolicyTable(IEnumerable<FileDescriptor> files, bool dev)
    {
        _dev = dev;
        _declared = files
            .SelectMany(file => file.Services)
            .SelectMany(service => service.Methods)
            .ToFrozenDictionary(FullName, method => (method, method.GetOptions()?.GetExtension(OptionsExtensions.Policy)), StringComparer.Ordinal);
    }

    public static PolicyTable OfContract(bool dev) => new(Descriptors.All, dev);

    /// <summary>Whether <see cref="Require"/> has run: until then no call is let in.</summary>
    public bool IsSealed { get; private set; }

    /// <summary>The largest message that any method of the contract takes, in bytes.</summary>
    public int LargestMessage => (int)_declared.Values.Max(entry => entry.Policy?.MaxBytes ?? 0);

    /// <summary>Makes the policies of these methods the ones that calls are judged by.</summary>
    /// <param name="served">Full names of all methods that the server has mapped.</param>
    /// <exception cref="StartupException">A method has no policy, or a wrong one; the message names each.</exception>
    public void Require(IEnumerable<string> served)
    {
        var policies = new Dictionary<string, MethodPolicy>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var name in served.Distinct(StringComparer.Ordinal))
        {
            var found = Problems(name).Select(problem => $"{name}: {problem}").ToList();
            problems.AddRange(found);
            if (found.Count == 0)
            {
                policies[name] = Compile(name);
            }
        }

        if (problems.Count > 0)
        {
            throw new StartupException("methods without a usable policy: " + string.Join("; ", problems));
        }

        _served = policies.ToFrozenDictionary(StringComparer.Ordinal);
        IsSealed = true;
    }

    /// <param name="fullName">Of the routed method; never a path that the caller wrote.</param>
    /// <returns>Null when the method was not among those that were required.</returns>
    public MethodPolicy? Find(string fullName) => _served.GetValueOrDefault(fullName);

    private IEnumerable<string> Problems(string name)
    {
        if (_declared.TryGetValue(name, out var entry))
        {
            return PolicyCheck.Problems(entry.Method, entry.Policy);
        }

        return ForeignMethods.Find(name, _dev) is null ? ["it is not in the contract and no table admits it here"] : [];
    }

    private MethodPolicy Compile(string name) =>
        _declared.TryGetValue(name, out var entry) ? MethodPolicy.From(entry.Method, entry.Policy!) : ForeignMethods.Find(name, _dev)!;

    private static string FullName(MethodDescriptor method) => $"/{method.Service.FullName}/{method.Name}";
}
