using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>On the endpoint of each mapped method.</summary>
public sealed class GrpcMethodMetadata
{
    public GrpcMethodMetadata([DynamicallyAccessedMembers(ServiceAccess.Members)] Type serviceType, IMethod method)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        ArgumentNullException.ThrowIfNull(method);
        ServiceType = serviceType;
        Method = method;
    }

    [DynamicallyAccessedMembers(ServiceAccess.Members)]
    public Type ServiceType { get; }

    public IMethod Method { get; }
}
