using Grpc.Core;
using OpsMesh.Interop.Contract;

namespace OpsMesh.Interop.Client.Cases;

internal static class CompressionCases
{
    private static readonly WriteOptions Plain = new(WriteFlags.NoCompress);

    public static async Task ClientUnaryAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        await Expect.FailureAsync(
            StatusCode.InvalidArgument, () => UnaryCases.CallAsync(channel, UnaryRequest(true), new CallOptions(cancellationToken: cancellationToken)));
        await ClientUnaryWithoutProbeAsync(channel, cancellationToken);
    }

    public static async Task ClientUnaryWithoutProbeAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        var options = new CallOptions(Gzip(), cancellationToken: cancellationToken);
        await UnaryCases.CallAsync(channel, UnaryRequest(true), options);
        await UnaryCases.CallAsync(channel, UnaryRequest(false), options.WithWriteOptions(Plain));
    }

    public static async Task ServerUnaryAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        foreach (var compressed in (bool[])[true, false])
        {
            var request = UnaryCases.LargeRequest();
            request.ResponseCompressed = new BoolValue { Value = compressed };
            await UnaryCases.CallAsync(channel, request, new CallOptions(cancellationToken: cancellationToken));

            Expect.Equal(compressed, channel.TakeCompressed(), "the response's compression");
        }
    }

    public static async Task ClientStreamingAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        await Expect.FailureAsync(StatusCode.InvalidArgument, () => ProbeAsync(channel, cancellationToken));
        await ClientStreamingWithoutProbeAsync(channel, cancellationToken);
    }

    public static async Task ClientStreamingWithoutProbeAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        using var call = channel.Service.StreamingInputCall(Gzip(), cancellationToken: cancellationToken);
        await call.RequestStream.WriteAsync(StreamingRequest(27_182, true), cancellationToken);
        call.RequestStream.WriteOptions = Plain;
        await call.RequestStream.WriteAsync(StreamingRequest(45_904, false), cancellationToken);
        await call.RequestStream.CompleteAsync();

        Expect.Equal(27_182 + 45_904, (await call).AggregatedPayloadSize, "the aggregated size");
    }

    public static async Task ServerStreamingAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        (int Size, bool Compressed)[] wanted = [(31_415, true), (92_653, false)];
        var request = new StreamingOutputCallRequest
        {
            ResponseParameters = { wanted.Select(w => new ResponseParameters { Size = w.Size, Compressed = new BoolValue { Value = w.Compressed } }) },
        };
        using var call = channel.Service.StreamingOutputCall(request, cancellationToken: cancellationToken);
        foreach (var (size, compressed) in wanted)
        {
            await StreamingCases.NextAsync(call.ResponseStream, size, cancellationToken);

            Expect.Equal(compressed, channel.TakeCompressed(), $"the compression of the response of {size} bytes");
        }

        await StreamingCases.EndAsync(call.ResponseStream, cancellationToken);
    }

    private static async Task ProbeAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        // Announced, and yet plain: the server has to look at the flag of the message.
        using var call = channel.Service.StreamingInputCall(Gzip(), cancellationToken: cancellationToken);
        call.RequestStream.WriteOptions = Plain;
        await call.RequestStream.WriteAsync(StreamingRequest(27_182, true), cancellationToken);
        await call.RequestStream.CompleteAsync();
        await call;
    }

    private static SimpleRequest UnaryRequest(bool compressed)
    {
        var request = UnaryCases.LargeRequest();
        request.ExpectCompressed = new BoolValue { Value = compressed };
        return request;
    }

    private static StreamingInputCallRequest StreamingRequest(int size, bool compressed) =>
        new() { Payload = Payloads.Zeros(size), ExpectCompressed = new BoolValue { Value = compressed } };

    private static Metadata Gzip() => new() { { Payloads.EncodingRequest, WitnessedGzip.Name } };
}
