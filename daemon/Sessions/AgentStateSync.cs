using System.Diagnostics;
using System.Threading.Channels;
using Grpc.Core;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Daemon.Supervision;

namespace OpsMesh.Daemon.Sessions;

/// <summary>Keeps agent-command's knowledge of this node's agents the same as ours. States in between may be left out; the last never.</summary>
internal sealed partial class AgentStateSync(
    NodeFacts node, MeshLinks links, SessionState session, Supervisor supervisor, TimeProvider clock, ILogger<AgentStateSync> logger) : SessionWorker
{
    public const string AgentCommand = "agent-command";

    private static readonly TimeSpan Coalesce = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly AgentChanges _changes = new(node.NodeId, node.Epoch);
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(30));

    /// <summary>Number and digest of the states last sent, for the hello.</summary>
    public (ulong Seq, string Digest) Last => _changes.Last;

    /// <summary>agent-command asks for all agents.</summary>
    public void SendSnapshot()
    {
        _changes.NeedSnapshot();
        _changed.Writer.TryWrite(true);
    }

    protected override async Task RunAsync(CancellationToken leaving)
    {
        if (!links.Has(AgentCommand))
        {
            return;
        }

        supervisor.Changed += () => _changed.Writer.TryWrite(true);
        await session.Registered.WaitAsync(leaving);
        await supervisor.Resumed.WaitAsync(leaving);
        var client = new AgentService.AgentServiceClient(links.To(AgentCommand));
        while (true)
        {
            try
            {
                await SyncAsync(client, leaving);
                await _changed.Reader.ReadAsync(leaving);

                // Several changes come together: stopping, stopped, starting, running.
                await Task.Delay(Coalesce, clock, leaving);
                _changed.Reader.TryRead(out _);
            }
            catch (RpcException failed) when (!leaving.IsCancellationRequested)
            {
                links.Fails(AgentCommand, failed);
                _changes.NeedSnapshot();
                await Task.Delay(_backoff.Next(), clock, leaving);
            }
        }
    }

    private async Task SyncAsync(AgentService.AgentServiceClient client, CancellationToken leaving)
    {
        while (_changes.Next([.. supervisor.Agents.Select(AgentStates.From)]) is { } request)
        {
            using var span = Span(request);
            var reply = await client.SyncAgentStatesAsync(request, deadline: (clock.GetUtcNow() + CallLimit).UtcDateTime, cancellationToken: leaving);
            links.Works(AgentCommand);
            _backoff.Reset();
            foreach (var result in reply.Results)
            {
                LogRefused(result.AgentId, result.Reason);
            }

            if (!reply.NeedFull)
            {
                return;
            }

            _changes.NeedSnapshot();
            if (request.Snapshot)
            {
                // A snapshot that still is not enough would go round and round.
                await Task.Delay(_backoff.Next(), clock, leaving);
            }
        }
    }

    /// <summary>Changes that a command caused are sent within its trace.</summary>
    private static Activity? Span(SyncAgentStatesRequest request)
    {
        var traces = request.Snapshot ? [] : request.States.Select(s => s.Traceparent).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        var span = DaemonTelemetry.Source.StartActivity("sync agent states", ActivityKind.Internal, traces is [var only] ? only : null);
        span?.SetTag("opsmesh.agents.changed", request.States.Count);
        return span;
    }

    [LoggerMessage(LogLevel.Warning, "The state of agent {Agent} was refused: {Reason}")]
    private partial void LogRefused(string agent, string reason);
}
