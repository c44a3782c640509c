using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Grpc.Reflection;

/// <summary>Answers the questions of both versions of the protocol, which differ in nothing but their package.</summary>
internal sealed class ReflectionAnswers(IEnumerable<string> services, SymbolRegistry symbols)
{
    public IReadOnlyList<string> Services { get; } = [.. services.Distinct().Order(StringComparer.Ordinal)];

    public static ReflectionAnswers Of(IEnumerable<ServiceDescriptor> services)
    {
        var all = services.ToList();
        return new(all.Select(service => service.FullName), SymbolRegistry.FromFiles(all.Select(service => service.File)));
    }

    /// <returns>Null when the file is unknown; likewise below.</returns>
    public IReadOnlyList<ByteString>? File(string name) => WithDependencies(symbols.FileByName(name));

    public IReadOnlyList<ByteString>? Symbol(string name) => WithDependencies(symbols.FileContainingSymbol(name));

    public IReadOnlyList<ByteString>? Extension(string type, int number) => WithDependencies(symbols.FileContainingExtension(type, number));

    public IEnumerable<int>? ExtensionNumbers(string type) => symbols.ExtensionNumbers(type);

    public static (int Code, string Text) NotFound(string what) => ((int)StatusCode.NotFound, $"{what} not found");

    private static List<ByteString>? WithDependencies(FileDescriptor? file)
    {
        if (file is null)
        {
            return null;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var found = new List<ByteString>();
        Collect(file);
        return found;

        void Collect(FileDescriptor next)
        {
            if (names.Add(next.Name))
            {
                found.Add(next.SerializedData);
                foreach (var dependency in next.Dependencies)
                {
                    Collect(dependency);
                }
            }
        }
    }
}
