using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests;

/// <summary>Echoes, and misbehaves on demand. What its calls saw stands in <see cref="EchoLog"/>.</summary>
internal sealed class EchoService(EchoLog log) : Echo.EchoBase
{
    public override async Task<EchoReply> Unary(EchoRequest request, ServerCallContext context)
    {
        log.Started(context);
        switch (request.Behaviour)
        {
            case "refuse":
                throw new RpcException(
                    new((StatusCode)request.Code, request.Text),
                    new Metadata { { "reason", "because" }, { "details-bin", [0, 255, 1] } });
            case "pushback":
                throw new RpcException(
                    new((StatusCode)request.Code, "later"), new Metadata { { "grpc-retry-pushback-ms", request.Text } });
            case "flaky":
                RefuseEarlyTries(request, context);
                break;
            case "break":
                throw new InvalidOperationException(request.Text);
            case "hang":
                await log.UntilCancelledAsync(context);
                break;
            case "stubborn":
                await log.Released;
                break;
            case "status":
                context.Status = new((StatusCode)request.Code, request.Text);
                break;
            case "headers":
                await context.WriteResponseHeadersAsync(new Metadata { { "early", "header" } });
                context.ResponseTrailers.Add("late", "trailer");
                break;
            case "metadata":
                foreach (var entry in context.RequestHeaders)
                {
                    context.ResponseTrailers.Add(entry);
                }

                break;
            case "null":
                return null!;
            case "compress":
                await context.WriteResponseHeadersAsync(new Metadata { { "grpc-internal-encoding-request", "gzip" } });
                break;
        }

        return new() { Text = request.Text, Payload = request.Count > 0 ? ByteString.CopyFrom(new byte[request.Count]) : request.Payload };
    }

    public override async Task<EchoReply> Collect(IAsyncStreamReader<EchoRequest> requestStream, ServerCallContext context)
    {
        log.Started(context);
        var count = 0;
        var text = "";
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            count++;
            text += request.Text;
            RefuseEarlyTries(request, context);
            if (request.Behaviour == "refuse")
            {
                throw new RpcException(new((StatusCode)request.Code, "early"));
            }

            if (request.Behaviour == "stubborn")
            {
                await log.Released;
            }
        }

        return new() { Text = text, Index = count };
    }

    public override async Task Expand(EchoRequest request, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        log.Started(context);
        if (request.Behaviour == "stubborn")
        {
            await log.Released;
        }
        else if (request.Behaviour == "impatient")
        {
            await WriteImpatientlyAsync(request, responseStream);
        }

        for (var i = 0; i < request.Count; i++)
        {
            await responseStream.WriteAsync(new() { Text = request.Text, Index = i, Payload = request.Payload }, context.CancellationToken);
        }

        if (request.Behaviour == "hang")
        {
            await log.UntilCancelledAsync(context);
        }
        else if (request.Behaviour == "refuse")
        {
            throw new RpcException(new((StatusCode)request.Code, "enough"), new Metadata { { "sent", "some" } });
        }
    }

    public override async Task Chat(
        IAsyncStreamReader<EchoRequest> requestStream, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        log.Started(context);
        var index = 0;
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var request = requestStream.Current;
            RefuseEarlyTries(request, context);
            if (request.Behaviour == "stall")
            {
                await log.UntilCancelledAsync(context);
            }

            if (request.Behaviour == "stubborn")
            {
                await log.Released;
            }

            await responseStream.WriteAsync(new() { Text = request.Text, Index = index++, Payload = request.Payload });
        }
    }

    // Writes until nothing fits any more, gives up waiting, and goes on when told to.
    private async Task WriteImpatientlyAsync(EchoRequest request, IServerStreamWriter<EchoReply> responseStream)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        try
        {
            while (true)
            {
                await responseStream.WriteAsync(new() { Text = "filler", Payload = request.Payload }, patience.Token);
            }
        }
        catch (OperationCanceledException stopped) when (stopped.CancellationToken == patience.Token)
        {
            log.Lines.Enqueue("gave up");
        }

        await log.Released;
    }

    // "flaky": the first tries, as many as the request's count.
    private static void RefuseEarlyTries(EchoRequest request, ServerCallContext context)
    {
        var before = int.Parse(context.RequestHeaders.GetValue("grpc-previous-rpc-attempts") ?? "0", CultureInfo.InvariantCulture);
        if (request.Behaviour == "flaky" && before < request.Count)
        {
            throw new RpcException(new(StatusCode.Unavailable, "not yet"));
        }
    }
}
