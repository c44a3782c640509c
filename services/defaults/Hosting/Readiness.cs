using Microsoft.Extensions.Hosting;

namespace OpsMesh.Hosting;

/// <summary>Ready means started and not draining, and nothing else.</summary>
public sealed class Readiness(IHostApplicationLifetime lifetime)
{
    public bool IsReady => lifetime.ApplicationStarted.IsCancellationRequested && !IsDraining;

    public bool IsDraining => lifetime.ApplicationStopping.IsCancellationRequested;

    public string State => IsDraining ? "draining" : IsReady ? "ready" : "starting";
}
