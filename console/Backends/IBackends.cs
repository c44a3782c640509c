using Grpc.Core;

namespace OpsMesh.Console.Backends;

/// <summary>Ways to the services that own the RPCs.</summary>
internal interface IBackends
{
    /// <summary>Through the sidecar, by Dapr service invocation.</summary>
    CallInvoker ThroughDapr(string appId);

    /// <summary>A channel of our own with mutual TLS.</summary>
    /// <returns>Null when no endpoint of the service is configured.</returns>
    CallInvoker? Direct(string appId);
}
