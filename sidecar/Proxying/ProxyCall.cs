using OpsMesh.Sidecar.Apps;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>One proxied call on its way, over all of its attempts.</summary>
internal sealed class ProxyCall(HttpContext context, AppSidecar caller, AppSidecar callee) : IDisposable
{
    private const string Baggage = "baggage";
    private readonly CancellationTokenSource _refused = new();

    public HttpContext Context => context;

    public AppSidecar Caller => caller;

    public AppSidecar Callee => callee;

    public bool IsRemote { get; } = !ReferenceEquals(caller, callee);

    /// <summary>A method of the API's own service that only the application has: its status never comes in the first frame.</summary>
    public bool EndsBehindHeaders { get; } = context.Request.Path.StartsWithSegments("/dapr.proto.runtime.v1.Dapr", StringComparison.Ordinal);

    /// <summary>The smaller of the two limits: both sidecars look.</summary>
    public int MaxBytes { get; } = Math.Min(caller.Plan.MaxBodyBytes, callee.Plan.MaxBodyBytes);

    /// <summary>The caller compresses, and expects the same.</summary>
    public bool IsGzip { get; } = context.Request.Headers["grpc-encoding"] is ["gzip", ..];

    /// <summary>The caller outlives neither its deadline nor its connection, or this sidecar refuses what it sends.</summary>
    public CancellationToken Refused => _refused.Token;

    /// <summary>Why this sidecar ends the call; null: it does not.</summary>
    public ProxyRefusal? Refusal { get; private set; }

    /// <summary>Once by each sidecar.</summary>
    public IEnumerable<string> EchoedBaggage =>
        context.Request.Headers[Baggage] is { Count: > 0 } baggage ? Enumerable.Repeat(baggage.ToString(), IsRemote ? 2 : 1) : [];

    /// <summary>An answer passes as it is unless its messages must be compressed, or decompressed for a caller that cannot.</summary>
    public bool ChangesAnswer(bool isGzip) =>
        isGzip ? !IsGzip && !context.Request.Headers["grpc-accept-encoding"].ToString().Contains("gzip", StringComparison.Ordinal) : IsGzip;

    public void Refuse(ProxyRefusal refusal)
    {
        Refusal = refusal;
        _refused.Cancel();
    }

    public void Dispose() => _refused.Dispose();
}
