using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;

namespace Grpc.Reflection;

/// <summary>The descriptors of the services that are mapped; collected when first asked for, since mapping goes on until the start.</summary>
internal sealed class MappedServices(IServiceProvider services)
{
    private ReflectionAnswers? _answers;

    public ReflectionAnswers Answers => LazyInitializer.EnsureInitialized(ref _answers, () => ReflectionAnswers.Of(Descriptors()));

    private IEnumerable<ServiceDescriptor> Descriptors()
    {
        var endpoints = (EndpointDataSource)services.GetService(typeof(EndpointDataSource))!;
        return endpoints.Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType)
            .Where(type => type is not null)
            .Distinct()
            .Select(type => Find(type!))
            .OfType<ServiceDescriptor>();
    }

    // The attribute keeps the methods of the bound type, so the getter of its Descriptor survives trimming.
    [SuppressMessage("Trimming", "IL2070", Justification = "Only the attribute of the type is read.")]
    private static ServiceDescriptor? Find(Type serviceType) =>
        serviceType.GetCustomAttribute<BindServiceMethodAttribute>(inherit: true) is { } binding
            ? binding.BindType
                .GetMethod("get_Descriptor", BindingFlags.Public | BindingFlags.Static)?.Invoke(null, null) as ServiceDescriptor
            : null;
}
