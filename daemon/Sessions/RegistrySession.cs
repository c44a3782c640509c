using Grpc.Core;
using OpsMesh.Contracts.Registry.V1;
using OpsMesh.Daemon.Measuring;

namespace OpsMesh.Daemon.Sessions;

/// <summary>Registers the node and says that it lives, for ever, whatever the registry does.</summary>
internal sealed partial class RegistrySession(
    NodeFacts node, MeshLinks links, SessionState session, ServerClock serverClock, MetricSpool spool, TimeProvider clock, ILogger<RegistrySession> logger)
    : SessionWorker
{
    private const string Registry = "registry";
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Flagged = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(10);

    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(15));
    private bool _skewFlagged;

    protected override async Task RunAsync(CancellationToken leaving)
    {
        if (!links.Has(Registry))
        {
            LogAlone();
            return;
        }

        var client = new RegistryService.RegistryServiceClient(links.To(Registry));
        while (true)
        {
            try
            {
                var interval = await RegisterAsync(client, leaving);
                await BeatAsync(client, interval, leaving);
            }
            catch (RpcException failed) when (!leaving.IsCancellationRequested)
            {
                links.Fails(Registry, failed);
                await Task.Delay(_backoff.Next(), clock, leaving);
            }
        }
    }

    private async Task<TimeSpan> RegisterAsync(RegistryService.RegistryServiceClient client, CancellationToken leaving)
    {
        var config = node.Config;
        var reply = await client.RegisterNodeAsync(
            new RegisterNodeRequest
            {
                NodeId = node.NodeId,
                Hostname = config.Hostname,
                Ip = node.Ip,
                Os = node.Os,
                Arch = node.Arch,
                Labels = { config.Labels.ToDictionary(l => l.Key, l => l.Value) },
                DaemonVersion = NodeFacts.Version,
                BootId = node.BootId,
                MachineId = node.MachineId,
                DaemonEpoch = node.Epoch,
                Address = config.Advertise,
                AppId = node.AppId,
                PreviousSessionId = session.PreviousId,
            },
            deadline: (clock.GetUtcNow() + CallLimit).UtcDateTime,
            cancellationToken: leaving);
        session.Begin(reply.SessionId, reply.SessionEpoch);
        NoteTime(reply.ServerTime?.ToDateTimeOffset());
        if (reply.ReconnectWindow is { } window)
        {
            _backoff.Window = window.ToTimeSpan();
        }

        _backoff.Reset();
        links.Works(Registry);
        LogRegistered(node.NodeId, reply.SessionEpoch, reply.Resumed);
        return Interval(reply.HeartbeatInterval?.ToTimeSpan());
    }

    private async Task BeatAsync(RegistryService.RegistryServiceClient client, TimeSpan interval, CancellationToken leaving)
    {
        ulong seq = 0;
        while (true)
        {
            await Task.Delay(Spread(interval), clock, leaving);
            try
            {
                var reply = await client.HeartbeatAsync(
                    new HeartbeatRequest
                    {
                        NodeId = node.NodeId,
                        Timestamp = clock.GetUtcNow().ToUnixTimeSeconds(),
                        SessionEpoch = session.Epoch,
                        Seq = ++seq,
                        Status = "ok",
                        SpoolBytes = (ulong)spool.Bytes,
                    },
                    deadline: (clock.GetUtcNow() + CallLimit).UtcDateTime,
                    cancellationToken: leaving);
                NoteTime(reply.ServerTime?.ToDateTimeOffset());
                links.Works(Registry);
                _backoff.Reset();
                if (reply.RegisterAgain)
                {
                    LogAgain();
                    return;
                }

                interval = reply.RetryAfter?.ToTimeSpan() is { } later && later > TimeSpan.Zero ? later : Interval(reply.NextInterval?.ToTimeSpan());
            }
            catch (RpcException failed) when (IsTransient(failed) && !leaving.IsCancellationRequested)
            {
                // The session stays as long as the registry does not say otherwise; the next heartbeat may come sooner.
                links.Fails(Registry, failed);
                var wait = _backoff.Next();
                interval = wait < DefaultInterval ? wait : DefaultInterval;
            }
        }
    }

    private void NoteTime(DateTimeOffset? serverTime)
    {
        if (serverTime is not { } time)
        {
            return;
        }

        serverClock.Set(time);
        var flagged = serverClock.Skew.Duration() > Flagged;
        if (flagged && !_skewFlagged)
        {
            LogSkew(serverClock.Skew);
        }

        _skewFlagged = flagged;
    }

    private static bool IsTransient(RpcException failure) =>
        failure.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted or StatusCode.Cancelled
            or StatusCode.Unknown or StatusCode.Internal or StatusCode.Aborted;

    private static TimeSpan Interval(TimeSpan? granted) =>
        granted is { } wanted && wanted >= TimeSpan.FromMilliseconds(100) && wanted <= TimeSpan.FromMinutes(5) ? wanted : DefaultInterval;

#pragma warning disable CA5394 // Spreads heartbeats; nobody gains by guessing it.
    private static TimeSpan Spread(TimeSpan interval) => interval * (0.9 + (0.2 * Random.Shared.NextDouble()));
#pragma warning restore CA5394

    [LoggerMessage(LogLevel.Information, "Registered as node {Node}, session {Session}, resumed: {Resumed}")]
    private partial void LogRegistered(string node, ulong session, bool resumed);

    [LoggerMessage(LogLevel.Information, "The registry asks to register again")]
    private partial void LogAgain();

    [LoggerMessage(LogLevel.Warning, "No registry is configured: the node supervises its agents and nobody knows of it")]
    private partial void LogAlone();

    [LoggerMessage(LogLevel.Warning, "This node's clock is ahead of the registry's by {Skew}")]
    private partial void LogSkew(TimeSpan skew);
}
