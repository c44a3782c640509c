using System.Reflection;
using System.Reflection.Metadata;

namespace OpsMesh.Architecture.Official;

/// <summary>What the product takes from libs/Grpc and libs/Dapr exists in the official packages too, so -p:OfficialPackages=true compiles.</summary>
public sealed class ReferenceTests
{
    private static readonly string[] OfObject = ["Equals", "Finalize", "GetHashCode", "ToString"];

    /// <summary>The product, and the one test program that runs against both.</summary>
    public static TheoryData<string> Assemblies =>
        [.. Products.Projects().Select(project => Path.GetFileNameWithoutExtension(project)).Append("OpsMesh.Interop").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void References_AreOfficial(string name)
    {
        using var assembly = Products.Open(name);

        Assert.Empty(Strangers(assembly, OfficialSurface.Read()));
    }

    [Fact]
    public void WhatIsNotOfficial_IsNamedWithItsAssembly()
    {
        using var assembly = Products.Open("OpsMesh.ServiceDefaults");

        var strangers = Strangers(assembly, new(["Grpc.Core.RpcException"])).ToList();

        Assert.Contains("OpsMesh.ServiceDefaults uses Grpc.Core.ServerCallContext", strangers);
        Assert.Contains("OpsMesh.ServiceDefaults uses Grpc.Core.RpcException get_Status():Status", strangers);
    }

    private static IEnumerable<string> Strangers(BuiltAssembly assembly, OfficialSurface official) =>
        Types(assembly, official).Concat(Members(assembly, official)).Concat(Overrides(assembly, official))
            .Select(stranger => $"{assembly.Name} uses {stranger}");

    private static IEnumerable<string> Types(BuiltAssembly assembly, OfficialSurface official) => assembly.Reader.TypeReferences
        .Select(handle => assembly.NameOf(handle, Products.StandIns))
        .OfType<BuiltAssembly.TypeName>()
        .Where(type => !OfficialSurface.IsGenerated(type.Namespace) && !official.HasType($"{type}"))
        .Select(type => $"{type}");

    private static IEnumerable<string> Members(BuiltAssembly assembly, OfficialSurface official)
    {
        foreach (var member in assembly.Reader.MemberReferences.Select(assembly.Reader.GetMemberReference))
        {
            if (StandIn(assembly, member.Parent) is not { } type || OfficialSurface.IsGenerated(type.Namespace))
            {
                continue;
            }

            var name = assembly.Reader.GetString(member.Name);
            var text = member.GetKind() == MemberReferenceKind.Method
                ? SignatureText.Of(name, member.DecodeMethodSignature(SignatureText.Instance, null))
                : $"{name}:{member.DecodeFieldSignature(SignatureText.Instance, null)}";
            if (!official.HasMember($"{type}", text))
            {
                yield return $"{type} {text}";
            }
        }
    }

    /// <summary>An override is a definition, not a reference.</summary>
    private static IEnumerable<string> Overrides(BuiltAssembly assembly, OfficialSurface official)
    {
        foreach (var definition in assembly.Reader.TypeDefinitions.Select(assembly.Reader.GetTypeDefinition))
        {
            if (StandIn(assembly, definition.BaseType) is not { } type || OfficialSurface.IsGenerated(type.Namespace))
            {
                continue;
            }

            foreach (var method in definition.GetMethods().Select(assembly.Reader.GetMethodDefinition))
            {
                var name = assembly.Reader.GetString(method.Name);
                var overrides = (method.Attributes & (MethodAttributes.Virtual | MethodAttributes.NewSlot)) == MethodAttributes.Virtual;
                var parameters = method.DecodeSignature(SignatureText.Instance, null).ParameterTypes.Length;
                if (overrides && !OfObject.Contains(name) && !official.HasOverridable($"{type}", name, parameters))
                {
                    yield return $"{type} {name} with {parameters} parameters (overridden)";
                }
            }
        }
    }

    private static BuiltAssembly.TypeName? StandIn(BuiltAssembly assembly, EntityHandle handle) => handle.Kind switch
    {
        HandleKind.TypeReference => assembly.NameOf((TypeReferenceHandle)handle, Products.StandIns),
        HandleKind.TypeSpecification => GenericType(assembly, (TypeSpecificationHandle)handle) is { IsNil: false } generic
            ? assembly.NameOf(generic, Products.StandIns)
            : null,
        _ => null,
    };

    /// <returns>Nil unless the specification is an instance of a generic type of another assembly.</returns>
    private static TypeReferenceHandle GenericType(BuiltAssembly assembly, TypeSpecificationHandle handle)
    {
        var signature = assembly.Reader.GetBlobReader(assembly.Reader.GetTypeSpecification(handle).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return default;
        }

        signature.ReadByte();
        return signature.ReadTypeHandle() is { Kind: HandleKind.TypeReference } type ? (TypeReferenceHandle)type : default;
    }
}
