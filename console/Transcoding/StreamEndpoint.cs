using Google.Protobuf;
using Grpc.Core;
using OpsMesh.Console.Backends;
using OpsMesh.Console.Problems;

namespace OpsMesh.Console.Transcoding;

/// <summary>A server stream as server-sent events. It ends when the service ends it, the reader leaves or this process drains.</summary>
internal sealed class StreamEndpoint(RequestReader reader, BackendCalls calls, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    /// <summary>A refusal within this time is still an HTTP status; then the headers go out, so that the reader knows it is connected.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(15);

    public async Task AnswerAsync(HttpContext context, RestMethod method)
    {
        var read = await reader.ReadAsync(context, method);
        if (!read.Succeeded)
        {
            await context.WriteProblemAsync(Problem.Of(read.Failure));
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var (request, headers) = read.Value;
        using var call = calls.Stream(method.Descriptor, request, headers, ended.Token);
        var events = new EventWriter(context.Response);
        try
        {
            await RelayAsync(call.ResponseStream, events, ended.Token);
        }
        catch (Exception exception) when (ended.IsCancellationRequested && exception is RpcException or OperationCanceledException)
        {
            if (!context.RequestAborted.IsCancellationRequested)
            {
                await events.ErrorAsync(Problem.Of(503, Reasons.Draining, "The console is about to stop; connect again."), context.RequestAborted);
            }
        }
        catch (RpcException exception) when (events.Started)
        {
            await events.ErrorAsync(exception.ToProblem(), context.RequestAborted);
        }
    }

    /// <summary>One task writes: the next message and the next ping are waited for together, and each is waited for once.</summary>
    private async Task RelayAsync(IAsyncStreamReader<IMessage> messages, EventWriter events, CancellationToken cancellationToken)
    {
        var next = messages.MoveNext(cancellationToken);
        if (!await IsDoneWithinAsync(next, Patience))
        {
            await events.StartAsync(cancellationToken);
        }

        while (true)
        {
            while (!await IsDoneWithinAsync(next, PingEvery))
            {
                await events.PingAsync(cancellationToken);
            }

            if (!await next)
            {
                await events.StartAsync(cancellationToken);
                return;
            }

            var message = ProtoJson.Format(messages.Current);
            next = messages.MoveNext(cancellationToken);
            // What has queued up is flushed together.
            await events.MessageAsync(message, flush: !next.IsCompleted, cancellationToken);
        }
    }

    private async Task<bool> IsDoneWithinAsync(Task task, TimeSpan limit)
    {
        if (task.IsCompleted)
        {
            return true;
        }

        using var enough = new CancellationTokenSource();
        var done = await Task.WhenAny(task, Task.Delay(limit, clock, enough.Token)) == task;
        await enough.CancelAsync();
        return done;
    }
}
