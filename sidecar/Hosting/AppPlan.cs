namespace OpsMesh.Sidecar.Hosting;

/// <summary>One application of the mesh: where it listens and where its sidecar does.</summary>
/// <param name="AppPort">Null: nothing is ever sent to the application.</param>
/// <param name="ApiToken">What callers must present; null: anyone on this machine may call.</param>
/// <param name="AppApiToken">What the application expects from its sidecar; null: nothing is sent.</param>
internal sealed record AppPlan(
    string AppId, int? AppPort, AppProtocol Protocol, int HttpPort, int GrpcPort, string? ApiToken, string? AppApiToken)
{
    public const string ConfigEndpoint = "config";
    public const string SubscribeEndpoint = "subscribe";

    /// <summary>Namespace of the application, from NAMESPACE; null: none.</summary>
    public string? Namespace { get; init; }

    public int MaxBodyBytes { get; init; } = 4 << 20;

    /// <summary>Limit of the headers of a request over HTTP, but for some slack.</summary>
    public int ReadBufferBytes { get; init; } = 4 << 10;

    /// <summary>A further HTTP port with health and metadata only, which asks for no token; null: none.</summary>
    public int? PublicPort { get; init; }

    /// <summary>Where sidecars of other processes pass their calls on, when the Configuration says how they find each other; null: nowhere.</summary>
    public int? InternalPort { get; init; }

    /// <summary>Origins whose pages may read answers; empty: no cross-origin headers at all.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>What the application is not asked when it starts: <see cref="ConfigEndpoint"/>, <see cref="SubscribeEndpoint"/>.</summary>
    public IReadOnlyList<string> UnaskedEndpoints { get; init; } = [];

    /// <summary>Calls that the application handles at a time; null: any number.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>Where the application listens.</summary>
    public string ChannelAddress { get; init; } = "127.0.0.1";

    /// <summary>Null: the application is taken to be healthy once its port answers.</summary>
    public AppHealthPlan? Health { get; init; }

    public Resources.ConfigurationResource Configuration { get; init; } = Resources.ConfigurationResource.Empty;
}

internal enum AppProtocol
{
    Http,

    /// <summary>HTTP/2 by prior knowledge.</summary>
    H2c,
    Grpc,
}
