namespace OpsMesh.Sidecar.Hosting;

/// <summary>One application of the mesh: where it listens and where its sidecar does.</summary>
/// <param name="AppPort">Null: nothing is ever sent to the application.</param>
/// <param name="ApiToken">What callers must present; null: anyone on this machine may call.</param>
/// <param name="AppApiToken">What the application expects from its sidecar; null: nothing is sent.</param>
internal sealed record AppPlan(
    string AppId, int? AppPort, AppProtocol Protocol, int HttpPort, int GrpcPort, string? ApiToken, string? AppApiToken)
{
    /// <summary>Namespace of the application, from NAMESPACE; null: none.</summary>
    public string? Namespace { get; init; }

    public int MaxBodyBytes { get; init; } = 4 << 20;
}

internal enum AppProtocol
{
    Http,
    Grpc,
}
