using Grpc.Core;
using OpsMesh.Interop.Contract;

namespace OpsMesh.Interop.Client.Cases;

internal static class UnaryCases
{
    private const int RequestBytes = 271_828;
    private const int ResponseBytes = 314_159;

    public static async Task EmptyAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        var response = await channel.Service.EmptyCallAsync(new Empty(), cancellationToken: cancellationToken);

        Expect.Equal(0, response.CalculateSize(), "the response's size");
    }

    public static Task LargeAsync(InteropChannel channel, CancellationToken cancellationToken) =>
        CallAsync(channel, LargeRequest(), new CallOptions(cancellationToken: cancellationToken));

    public static SimpleRequest LargeRequest() => new() { ResponseSize = ResponseBytes, Payload = Payloads.Zeros(RequestBytes) };

    public static async Task CallAsync(InteropChannel channel, SimpleRequest request, CallOptions options)
    {
        var response = await channel.Service.UnaryCallAsync(request, options);

        Expect.Equal(Payloads.Zeros(ResponseBytes), response.Payload, "the response's payload");
    }
}
