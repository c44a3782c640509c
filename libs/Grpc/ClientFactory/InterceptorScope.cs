namespace Grpc.Net.ClientFactory;

public enum InterceptorScope
{
    /// <summary>One interceptor for all clients of a configuration.</summary>
    Channel,

    /// <summary>One for each client made.</summary>
    Client,
}
