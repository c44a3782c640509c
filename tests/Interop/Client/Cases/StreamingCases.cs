using Grpc.Core;
using OpsMesh.Interop.Contract;

namespace OpsMesh.Interop.Client.Cases;

internal static class StreamingCases
{
    private static readonly int[] RequestSizes = [27_182, 8, 1_828, 45_904];
    private static readonly int[] ResponseSizes = [31_415, 9, 2_653, 58_979];

    public static async Task ClientAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        using var call = channel.Service.StreamingInputCall(cancellationToken: cancellationToken);
        foreach (var size in RequestSizes)
        {
            await call.RequestStream.WriteAsync(new() { Payload = Payloads.Zeros(size) }, cancellationToken);
        }

        await call.RequestStream.CompleteAsync();

        Expect.Equal(RequestSizes.Sum(), (await call).AggregatedPayloadSize, "the aggregated size");
    }

    public static async Task ServerAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        var request = new StreamingOutputCallRequest { ResponseParameters = { ResponseSizes.Select(size => new ResponseParameters { Size = size }) } };
        using var call = channel.Service.StreamingOutputCall(request, cancellationToken: cancellationToken);
        foreach (var size in ResponseSizes)
        {
            await NextAsync(call.ResponseStream, size, cancellationToken);
        }

        await EndAsync(call.ResponseStream, cancellationToken);
    }

    public static async Task PingPongAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        using var call = channel.Service.FullDuplexCall(cancellationToken: cancellationToken);
        foreach (var (sent, wanted) in RequestSizes.Zip(ResponseSizes))
        {
            await call.RequestStream.WriteAsync(Request(sent, wanted), cancellationToken);
            await NextAsync(call.ResponseStream, wanted, cancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        await EndAsync(call.ResponseStream, cancellationToken);
    }

    public static async Task EmptyAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        using var call = channel.Service.FullDuplexCall(cancellationToken: cancellationToken);
        await call.RequestStream.CompleteAsync();
        await EndAsync(call.ResponseStream, cancellationToken);
    }

    public static StreamingOutputCallRequest Request(int sent, int wanted) =>
        new() { Payload = Payloads.Zeros(sent), ResponseParameters = { new ResponseParameters { Size = wanted } } };

    public static async Task NextAsync(IAsyncStreamReader<StreamingOutputCallResponse> responses, int size, CancellationToken cancellationToken)
    {
        Expect.Equal(true, await responses.MoveNext(cancellationToken), $"a response of {size} bytes there");
        Expect.Equal(Payloads.Zeros(size), responses.Current.Payload, "the response's payload");
    }

    public static async Task EndAsync(IAsyncStreamReader<StreamingOutputCallResponse> responses, CancellationToken cancellationToken) =>
        Expect.Equal(false, await responses.MoveNext(cancellationToken), "a further response there");
}
