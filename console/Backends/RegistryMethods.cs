using Google.Protobuf.Reflection;
using OpsMesh.Contracts.Registry.V1;

namespace OpsMesh.Console.Backends;

/// <summary>RPCs of the registry that the console calls for its own needs.</summary>
internal static class RegistryMethods
{
    public static MethodDescriptor ListNodes { get; } =
        NodeServiceReflection.Descriptor.Services.SelectMany(service => service.Methods).Single(method => method.Name == nameof(ListNodes));
}
