using Grpc.Core;
using Grpc.Net.Client;

namespace Grpc.Net.ClientFactory;

/// <summary>A channel and what all clients on it have in common.</summary>
/// <param name="Channel">The channel itself.</param>
/// <param name="Invoker">The channel behind the interceptors of its scope.</param>
/// <param name="DefaultHeaders">For calls that do not set them themselves.</param>
internal sealed record PooledChannel(GrpcChannel Channel, CallInvoker Invoker, Metadata DefaultHeaders);
