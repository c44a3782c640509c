using System.Collections.Concurrent;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.Peers;

/// <summary>Applications that other processes of this sidecar serve, as far as a call to or from them needs to know them.</summary>
internal sealed class PeerDirectory(PeerTable table, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>A look into the file costs more than the rest of a call.</summary>
    private static readonly TimeSpan Lookup = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (AppSidecar Peer, long LookedUp)> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string AppId, int Port), AppSidecar> _peers = new();
    private readonly ConcurrentDictionary<string, AppSidecar> _callers = new(StringComparer.Ordinal);

    public PeerTable Table => table;

    /// <summary>Its channel leads to its sidecar, which passes on to the application and gives it the token.</summary>
    public AppSidecar? Find(string appId)
    {
        if (_known.TryGetValue(appId, out var known) && clock.GetElapsedTime(known.LookedUp) < Lookup)
        {
            return known.Peer;
        }

        if (table.Find(appId) is not { } port)
        {
            _known.TryRemove(appId, out _);
            return null;
        }

        var peer = _peers.GetOrAdd((appId, port), p => AppSidecar.Elsewhere(Plan(p.AppId), p.Port, clock));
        _known[appId] = (peer, clock.GetTimestamp());
        return peer;
    }

    /// <summary>One who calls through another process.</summary>
    public AppSidecar Caller(string appId) => _callers.GetOrAdd(appId, id => AppSidecar.Elsewhere(Plan(id), port: null, clock));

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers.Values)
        {
            await peer.DisposeAsync();
        }

        await table.DisposeAsync();
    }

    private static AppPlan Plan(string appId) => new(appId, AppPort: null, AppProtocol.Grpc, HttpPort: 0, GrpcPort: 0, ApiToken: null, AppApiToken: null)
    {
        // What is too large is its sidecar's to say.
        MaxBodyBytes = int.MaxValue,
    };
}
