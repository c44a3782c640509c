using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpsMesh.AgentCommand.Delivery;
using OpsMesh.AgentCommand.Inventory;
using OpsMesh.AgentCommand.Ledger;
using OpsMesh.AgentCommand.Operations;
using OpsMesh.AgentCommand.Sessions;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Identity;
using OpsMesh.Testing;

namespace OpsMesh.AgentCommand.Fakes;

/// <summary>The service without its wire: real handlers and delivery, stores in memory, a daemon that follows a script.</summary>
internal sealed class Bench : IAsyncDisposable, IRouteBook, IHostApplicationLifetime
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TestMesh _mesh = new();
    private readonly EnvelopeSigner _signer;
    private ulong _routes;

    public Bench(TimeProvider? clock = null)
    {
        Clock = clock ?? TimeProvider.System;
        _signer = new EnvelopeSigner(_mesh.Service("agent-command"));
        var delivery = Options.Create(new DeliveryOptions { ShortestDelay = TimeSpan.FromMilliseconds(10), LongestDelay = TimeSpan.FromMilliseconds(20) });
        var offer = new CommandOffer(
            Daemon, Ledger, Ends, new EnvelopeMaker(_signer), delivery, Clock, NullLogger<CommandOffer>.Instance);
        Delivery = new CommandDelivery(offer, delivery, Clock, NullLogger<CommandDelivery>.Instance);
        Open = new OpenSessionHandler(
            Sessions, new HelloReconciler(Ledger, Agents, Ends, Clock), this, Delivery, Gates, SessionOptions, Clock, NullLogger<OpenSessionHandler>.Instance);
        Operate = new OperateAgentHandler(
            new OperationTarget(Agents, Agents), Ledger, Sessions, Delivery, Ends, this, Options.Create(Operations), Clock,
            NullLogger<OperateAgentHandler>.Instance);
        Sync = new SyncAgentStatesHandler(Agents, Sessions, Gates, Clock, NullLogger<SyncAgentStatesHandler>.Instance);
    }

    public TimeProvider Clock { get; }

    public MemoryLedger Ledger { get; } = new();

    public MemoryAgents Agents { get; } = new MemoryAgents().With(Some.Node, Some.Agent);

    public ScriptedDaemon Daemon { get; } = new();

    public SessionTable Sessions { get; } = new();

    public CommandEnds Ends { get; } = new();

    public NodeGates Gates { get; } = new();

    public CommandDelivery Delivery { get; }

    public OpenSessionHandler Open { get; }

    public OperateAgentHandler Operate { get; }

    public SyncAgentStatesHandler Sync { get; }

    public IOptions<SessionOptions> SessionOptions { get; } = Options.Create(new SessionOptions());

    public OperationOptions Operations { get; } = new() { AnswerWithin = TimeSpan.FromSeconds(10) };

    public CancellationToken ApplicationStarted => CancellationToken.None;

    public CancellationToken ApplicationStopping => _stopping.Token;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    /// <summary>The node comes, with nothing in its journal unless a hello says so.</summary>
    public async Task<Session> ConnectAsync(NodeHello? hello = null) =>
        (await Open.HandleAsync(Some.Node, hello ?? Hello(), TestContext.Current.CancellationToken)).Value!;

    public static NodeHello Hello(ulong epoch = 1) => new() { NodeId = Some.Node, DaemonEpoch = epoch, SessionEpoch = epoch, StateSeq = 1 };

    public Task<Outcome<CommandDocument>> OperateAsync(string key = "", string operation = "restart", string agent = Some.Agent, string node = Some.Node) =>
        Operate.HandleAsync(new OperateAgent("operator/ann", node, agent, operation, 0, key, null), TestContext.Current.CancellationToken);

    public Task<Outcome<ulong>> ClaimAsync(string nodeId, CancellationToken cancellationToken) => Task.FromResult<Outcome<ulong>>(++_routes);

    public void StopApplication() => _stopping.Cancel();

    public async ValueTask DisposeAsync()
    {
        await Delivery.StopAsync(CancellationToken.None);
        Delivery.Dispose();
        Gates.Dispose();
        _signer.Dispose();
        _mesh.Dispose();
        _stopping.Dispose();
    }
}
