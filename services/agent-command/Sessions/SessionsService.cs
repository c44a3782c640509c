using Grpc.Core;
using Microsoft.Extensions.Options;
using OpsMesh.Access;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Rpc;

namespace OpsMesh.AgentCommand.Sessions;

/// <summary>The wire of a control stream: its first message, its life, its end.</summary>
internal sealed class SessionsService(
    OpenSessionHandler open, SessionTable sessions, IOptions<SessionOptions> options, IHostApplicationLifetime lifetime, TimeProvider clock)
    : SessionService.SessionServiceBase
{
    private static readonly Failure Leaving =
        new(FailureKind.Unavailable, Reasons.Draining, "This process goes away.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public override async Task Connect(
        IAsyncStreamReader<ConnectRequest> requestStream, IServerStreamWriter<ConnectResponse> responseStream, ServerCallContext context)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw RpcStatusMap.ToRpcException(Leaving);
        }

        var hello = await HelloAsync(requestStream, context.CancellationToken);
        using var session = (await open.HandleAsync(context.GetNodeId(), hello, context.CancellationToken)).OrThrowRpc();
        try
        {
            var ended = await session.RunAsync(requestStream, responseStream, lifetime.ApplicationStopping, context.CancellationToken);
            if (ended is not null)
            {
                throw RpcStatusMap.ToRpcException(ended);
            }
        }
        finally
        {
            sessions.Leave(session);
        }
    }

    private async Task<NodeHello?> HelloAsync(IAsyncStreamReader<ConnectRequest> requests, CancellationToken cancellationToken)
    {
        try
        {
            return await requests.MoveNext(cancellationToken).WaitAsync(options.Value.HelloWithin, clock, cancellationToken)
                ? requests.Current.Hello
                : null;
        }
        catch (TimeoutException)
        {
            throw RpcStatusMap.ToRpcException(new Failure(FailureKind.TooLate, Reasons.StreamIdle, "No hello came in time."));
        }
    }
}
