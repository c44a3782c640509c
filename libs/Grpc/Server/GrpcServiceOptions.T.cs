namespace Grpc.AspNetCore.Server;

/// <summary>What is set here wins over <see cref="GrpcServiceOptions"/>; its interceptors come after the global ones.</summary>
public class GrpcServiceOptions<TService> : GrpcServiceOptions
    where TService : class
{
}
