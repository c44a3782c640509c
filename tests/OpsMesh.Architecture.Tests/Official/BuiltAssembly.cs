using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace OpsMesh.Architecture.Official;

/// <summary>The metadata of a built assembly; nothing of it is loaded.</summary>
internal sealed class BuiltAssembly : IDisposable
{
    private readonly PEReader _file;

    public BuiltAssembly(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        Reader = _file.GetMetadataReader();
    }

    public string Name => Reader.GetString(Reader.GetAssemblyDefinition().Name);

    public MetadataReader Reader { get; }

    /// <returns>Null for a type of an assembly that is not among <paramref name="assemblies"/>.</returns>
    public TypeName? NameOf(TypeReferenceHandle handle, IReadOnlyCollection<string> assemblies)
    {
        var type = Reader.GetTypeReference(handle);
        var name = Plain(Reader.GetString(type.Name));
        return type.ResolutionScope.Kind switch
        {
            HandleKind.TypeReference => NameOf((TypeReferenceHandle)type.ResolutionScope, assemblies) is { } outer
                ? outer with { Name = $"{outer.Name}+{name}" }
                : null,
            HandleKind.AssemblyReference when assemblies.Contains(
                Reader.GetString(Reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name)) =>
                new(Reader.GetString(type.Namespace), name),
            _ => null,
        };
    }

    public TypeName NameOf(TypeDefinitionHandle handle)
    {
        var type = Reader.GetTypeDefinition(handle);
        var name = Plain(Reader.GetString(type.Name));
        return type.GetDeclaringType() is { IsNil: false } declaring && NameOf(declaring) is var outer
            ? outer with { Name = $"{outer.Name}+{name}" }
            : new(Reader.GetString(type.Namespace), name);
    }

    public void Dispose() => _file.Dispose();

    // A generic type ends in ` whatever its number of parameters.
    private static string Plain(string name) => name.Split('`') is [var plain, _] ? $"{plain}`" : name;

    internal readonly record struct TypeName(string Namespace, string Name)
    {
        public override string ToString() => $"{Namespace}.{Name}";
    }
}
