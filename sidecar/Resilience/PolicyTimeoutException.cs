namespace OpsMesh.Sidecar.Resilience;

/// <summary>The timeout of a policy passed. Worded as daprd words it.</summary>
internal sealed class PolicyTimeoutException() : Exception("context deadline exceeded");
