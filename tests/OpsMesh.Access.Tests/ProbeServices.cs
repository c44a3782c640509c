using Grpc.Core;
using OpsMesh.Access.Probe;

namespace OpsMesh.Access;

/// <summary>How often a handler was entered: a refused call must not show here.</summary>
public sealed class Entries
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Add() => Interlocked.Increment(ref _count);
}

public sealed class NodeProbeService(Entries entries) : NodeProbe.NodeProbeBase
{
    public override Task<ProbeReply> Unary(ProbeRequest request, ServerCallContext context)
    {
        entries.Add();
        return Task.FromResult(new ProbeReply { Caller = context.GetCaller().Id, Messages = 1 });
    }

    public override async Task<ProbeReply> Collect(IAsyncStreamReader<ProbeRequest> requestStream, ServerCallContext context)
    {
        var messages = 0;
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            entries.Add();
            messages++;
        }

        return new ProbeReply { Caller = context.GetCaller().Id, Messages = messages };
    }

    public override Task Watch(ProbeRequest request, IServerStreamWriter<ProbeReply> responseStream, ServerCallContext context)
    {
        entries.Add();
        return responseStream.WriteAsync(new ProbeReply { Caller = context.GetCaller().Id }, context.CancellationToken);
    }

    public override async Task Chat(IAsyncStreamReader<ProbeRequest> requestStream, IServerStreamWriter<ProbeReply> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            entries.Add();
            await responseStream.WriteAsync(new ProbeReply { Caller = context.GetCaller().Id }, context.CancellationToken);
        }
    }
}

public sealed class OtherProbeService(Entries entries) : OtherProbe.OtherProbeBase
{
    public override Task<ProbeReply> ForService(ProbeRequest request, ServerCallContext context) => Answer(context);

    public override Task<ProbeReply> ForOperator(ProbeRequest request, ServerCallContext context) => Answer(context);

    public override Task<ProbeReply> ForSidecar(ProbeRequest request, ServerCallContext context) => Answer(context);

    public override Task<ProbeReply> ForNewcomers(ProbeRequest request, ServerCallContext context) => Answer(context);

    public override Task<ProbeReply> Broken(ProbeRequest request, ServerCallContext context) => throw new InvalidOperationException("a secret of the handler");

    private Task<ProbeReply> Answer(ServerCallContext context)
    {
        entries.Add();
        return Task.FromResult(new ProbeReply { Caller = context.GetCaller().Id });
    }
}
