using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using OpsMesh.AgentCommand.Delivery;
using OpsMesh.Contracts.AgentCommand.V1;

namespace OpsMesh.AgentCommand.Sessions;

/// <summary>Judges a hello, reconciles, and makes the session that the node then has.</summary>
internal sealed partial class OpenSessionHandler(
    SessionTable sessions,
    HelloReconciler reconciler,
    IRouteBook routes,
    CommandDelivery delivery,
    NodeGates gates,
    IOptions<SessionOptions> options,
    TimeProvider clock,
    ILogger<OpenSessionHandler> logger)
{
    private const int MostJournalEntries = 1_000;

    /// <param name="nodeId">The node of the caller's certificate.</param>
    /// <param name="hello">Null when the stream's first message was none.</param>
    /// <returns>
    /// The session, entered and with its reply posted; or Invalid (FIELD_REQUIRED, TOO_MANY_ITEMS), Denied (NODE_ID_MISMATCH),
    /// Raced (CHANGED_MEANWHILE: a newer registration of the node holds a session), Unavailable (STORE_UNAVAILABLE).
    /// </returns>
    public async Task<Outcome<Session>> HandleAsync(string nodeId, NodeHello? hello, CancellationToken cancellationToken)
    {
        if (Check(nodeId, hello) is { } refusal)
        {
            return refusal;
        }

        using var turn = await gates.EnterAsync(nodeId, cancellationToken);
        if (sessions.Find(nodeId) is { } current && hello!.SessionEpoch != 0 && hello.SessionEpoch < current.Hello.SessionEpoch)
        {
            return new Failure(FailureKind.Raced, Reasons.ChangedMeanwhile, "A newer registration of this node holds a session.");
        }

        var reconciled = await reconciler.ReconcileAsync(hello!, cancellationToken);
        if (!reconciled.Succeeded)
        {
            return reconciled.Failure;
        }

        var claimed = await routes.ClaimAsync(nodeId, cancellationToken);
        if (!claimed.Succeeded)
        {
            return claimed.Failure;
        }

        var session = new Session(hello!, claimed.Value, options.Value, clock);
        session.Post(new ConnectResponse { HelloReply = Reply(session, reconciled.Value) });
        sessions.Enter(session);
        delivery.DeliverInOrder(session, reconciled.Value.Open);
        LogOpened(nodeId, session.RouteEpoch, hello!.DaemonEpoch, reconciled.Value.Open.Count);
        return session;
    }

    private static Failure? Check(string nodeId, NodeHello? hello)
    {
        if (hello is null)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldRequired, "The first message must be a hello.") { Field = "hello" };
        }

        if (hello.NodeId.Length == 0)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldRequired, "hello.node_id is required.") { Field = "hello.node_id" };
        }

        if (hello.NodeId != nodeId)
        {
            return new Failure(FailureKind.Denied, Reasons.NodeIdMismatch, "hello.node_id is not the node of the certificate.") { Field = "hello.node_id" };
        }

        if (hello.DaemonEpoch == 0)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldRequired, "hello.daemon_epoch is required.") { Field = "hello.daemon_epoch" };
        }

        return hello.Journal.Count > MostJournalEntries
            ? new Failure(FailureKind.Invalid, Reasons.TooManyItems, $"hello.journal has at most {MostJournalEntries} entries.") { Field = "hello.journal" }
            : null;
    }

    private HelloReply Reply(Session session, Reconciliation reconciled) => new()
    {
        RouteEpoch = session.RouteEpoch,
        ServerTime = clock.GetUtcNow().ToTimestamp(),
        NeedFullState = reconciled.NeedFullState,
        AckedResults = { reconciled.AckedResults },
        PingInterval = options.Value.PingInterval.ToDuration(),
    };

    [LoggerMessage(LogLevel.Information, "Node {NodeId} opened session {RouteEpoch} (daemon epoch {DaemonEpoch}); {Open} commands are offered to it")]
    private partial void LogOpened(string nodeId, ulong routeEpoch, ulong daemonEpoch, int open);
}
