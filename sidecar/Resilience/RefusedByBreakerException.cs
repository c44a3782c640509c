namespace OpsMesh.Sidecar.Resilience;

/// <summary>A circuit breaker did not let the call through.</summary>
internal sealed class RefusedByBreakerException(string message) : Exception(message);
