using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Resilience;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>Makes an invocation under the policies of its caller, and hands the last answer over.</summary>
internal sealed class Invoker(Mesh mesh)
{
    private readonly Lazy<HttpMessageInvoker> _outside = new(() => new HttpMessageInvoker(AppChannel.CreateHandler()));

    /// <exception cref="InvocationException">There is no answer.</exception>
    /// <exception cref="PolicyTimeoutException">A policy allows no more time.</exception>
    public async Task RunAsync(Invocation invocation, IAnswerSink sink, CancellationToken cancellationToken)
    {
        if (invocation.Method.Problem is { } problem)
        {
            throw new InvocationException($"rpc error: code = InvalidArgument desc = invalid method: {problem}");
        }

        var target = InvocationTarget.Find(mesh, invocation.Caller, invocation.TargetId);
        if (invocation.Caller.Policies.App(invocation.TargetId, invocation.Method.Text) is not { } policy)
        {
            using var only = await SendAsync(invocation, target, cancellationToken);
            await sink.WriteAsync(only, cancellationToken);
            return;
        }

        try
        {
            using var answer = await policy.RunAsync(token => AttemptAsync(invocation, target, sink, policy, token), a => Judge(a, invocation), cancellationToken);
            if (!answer.IsHandedOver)
            {
                await sink.WriteAsync(answer, cancellationToken);
            }
        }
        catch (RefusedByBreakerException e)
        {
            throw new InvocationException(e.Message, e);
        }
    }

    private async Task<InvocationAnswer> AttemptAsync(Invocation invocation, InvocationTarget target, IAnswerSink sink, Policy policy, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(invocation, target, cancellationToken);
        if (policy.HasRetries && !Judge(answer, invocation).IsSuccess)
        {
            await answer.KeepAsync(cancellationToken);
            return answer;
        }

        // Within the attempt: the time that a policy allows is that of the whole answer.
        answer.IsHandedOver = true;
        try
        {
            await sink.WriteAsync(answer, cancellationToken);
        }
        catch (OperationCanceledException) when (sink.HasStarted)
        {
            // What the caller has of it so far ends like a whole answer, in daprd too.
        }

        return answer;
    }

    private async Task<InvocationAnswer> SendAsync(Invocation invocation, InvocationTarget target, CancellationToken cancellationToken)
    {
        if (target.Endpoint is not null)
        {
            return await HttpTarget.SendAsync(invocation, target, _outside.Value, cancellationToken);
        }

        var app = target.App!;
        if (app.Channel is not { } channel)
        {
            throw new InvocationException(target.IsSelf ? "cannot invoke local endpoint: app channel not initialized" : "rpc error: code = Internal desc = app channel is not initialized");
        }

        if (!app.IsHealthy)
        {
            throw target.Failed("rpc error: code = Internal desc = app is not in a healthy state");
        }

        if (target.IsRemote && !invocation.Method.IsUtf8)
        {
            throw new InvocationException("error sending message: rpc error: code = Internal desc = grpc: error while marshaling: string field contains invalid UTF-8");
        }

        return channel.LargeCallback is { } callback
            ? await GrpcTarget.SendAsync(invocation, target, callback, app.Plan.MaxBodyBytes, cancellationToken)
            : await HttpTarget.SendAsync(invocation, target, channel.Invoker, cancellationToken);
    }

    private static Verdict Judge(InvocationAnswer answer, Invocation invocation)
    {
        if (answer.Refusal is null && answer.HttpStatus is 0 or (>= 200 and < 400))
        {
            return Verdict.Success;
        }

        var verdict = invocation.Streamed is null ? Verdict.Retry : Verdict.GiveUp;
        return answer.Refusal is { } refusal ? verdict with { GrpcStatus = (int)refusal.StatusCode } : verdict with { HttpStatus = answer.HttpStatus };
    }
}
