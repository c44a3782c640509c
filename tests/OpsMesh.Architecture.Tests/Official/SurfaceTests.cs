using System.Reflection;
using System.Reflection.Metadata;

namespace OpsMesh.Architecture.Official;

/// <summary>What the stand-ins offer exists in the official packages too, signatures included.</summary>
public sealed class SurfaceTests
{
    private const MethodAttributes Access = MethodAttributes.MemberAccessMask;

    [Theory]
    [InlineData("OpsMesh.Grpc")]
    [InlineData("OpsMesh.Dapr")]
    public void PublicSurface_IsOfficial(string name)
    {
        var official = OfficialSurface.Read();
        using var assembly = Products.Open(name);
        var strangers = new List<string>();
        foreach (var handle in assembly.Reader.TypeDefinitions)
        {
            var type = assembly.NameOf(handle);
            if (!IsVisible(assembly.Reader, handle) || OfficialSurface.IsGenerated(type.Namespace))
            {
                continue;
            }

            if (!official.HasType($"{type}"))
            {
                strangers.Add($"{type}");
                continue;
            }

            strangers.AddRange(Members(assembly.Reader, handle).Where(member => !official.HasMember($"{type}", member)).Select(member => $"{type} {member}"));
        }

        Assert.Empty(strangers);
    }

    // An override adds nothing to what its base offers.
    private static IEnumerable<string> Members(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var methods = type.GetMethods().Select(reader.GetMethodDefinition)
            .Where(method => (method.Attributes & (MethodAttributes.Virtual | MethodAttributes.NewSlot)) != MethodAttributes.Virtual
                && (method.Attributes & Access) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem)
            .Select(method => SignatureText.Of(reader.GetString(method.Name), method.DecodeSignature(SignatureText.Instance, null)));
        var fields = type.GetFields().Select(reader.GetFieldDefinition)
            .Where(field => (field.Attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem)
            .Select(field => $"{reader.GetString(field.Name)}:{field.DecodeSignature(SignatureText.Instance, null)}");
        return methods.Concat(fields);
    }

    private static bool IsVisible(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        return (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem => IsVisible(reader, type.GetDeclaringType()),
            _ => false,
        };
    }
}
