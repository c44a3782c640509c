using Google.Protobuf.Reflection;

namespace Grpc.Reflection;

/// <summary>Files by name and by the symbols they define, dependencies included.</summary>
public class SymbolRegistry
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> _extensions = new(StringComparer.Ordinal);

    private SymbolRegistry()
    {
    }

    public static SymbolRegistry FromFiles(IEnumerable<FileDescriptor> fileDescriptors)
    {
        ArgumentNullException.ThrowIfNull(fileDescriptors);
        var registry = new SymbolRegistry();
        foreach (var file in fileDescriptors)
        {
            registry.Add(file);
        }

        return registry;
    }

    /// <returns>Null when unknown; likewise below.</returns>
    public FileDescriptor? FileByName(string filename) => _files.GetValueOrDefault(filename);

    public FileDescriptor? FileContainingSymbol(string symbol) => _symbols.GetValueOrDefault(symbol);

    internal FileDescriptor? FileContainingExtension(string type, int number) => _extensions.GetValueOrDefault(type)?.GetValueOrDefault(number);

    internal IEnumerable<int>? ExtensionNumbers(string type) =>
        _extensions.TryGetValue(type, out var numbers) ? numbers.Keys
        : _symbols.TryGetValue(type, out var file) && file.FindTypeByName<MessageDescriptor>(LocalName(file, type)) is not null ? []
        : null;

    private static string LocalName(FileDescriptor file, string fullName) =>
        file.Package.Length == 0 ? fullName : fullName[(file.Package.Length + 1)..];

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var dependency in file.Dependencies)
        {
            Add(dependency);
        }

        foreach (var service in file.Services)
        {
            _symbols.TryAdd(service.FullName, file);
            foreach (var method in service.Methods)
            {
                _symbols.TryAdd(method.FullName, file);
            }
        }

        AddMessages(file.MessageTypes, file);
        AddEnums(file.EnumTypes, file);
        AddExtensions(file.Extensions, file);
    }

    private void AddMessages(IEnumerable<MessageDescriptor> messages, FileDescriptor file)
    {
        foreach (var message in messages)
        {
            _symbols.TryAdd(message.FullName, file);
            foreach (var field in message.Fields.InDeclarationOrder())
            {
                _symbols.TryAdd(field.FullName, file);
            }

            AddMessages(message.NestedTypes, file);
            AddEnums(message.EnumTypes, file);
            AddExtensions(message.Extensions, file);
        }
    }

    private void AddEnums(IEnumerable<EnumDescriptor> enums, FileDescriptor file)
    {
        foreach (var type in enums)
        {
            _symbols.TryAdd(type.FullName, file);
            foreach (var value in type.Values)
            {
                _symbols.TryAdd(value.FullName, file);
            }
        }
    }

    private void AddExtensions(ExtensionCollection extensions, FileDescriptor file)
    {
        foreach (var extension in extensions.UnorderedExtensions)
        {
            _symbols.TryAdd(extension.FullName, file);
            if (!_extensions.TryGetValue(extension.ExtendeeType.FullName, out var numbers))
            {
                _extensions[extension.ExtendeeType.FullName] = numbers = [];
            }

            numbers.TryAdd(extension.FieldNumber, file);
        }
    }
}
