using Grpc.Core;

namespace OpsMesh.Interop.Client.Cases;

internal static class MetadataCases
{
    private const string Initial = "test_initial_metadata_value";
    private static readonly byte[] Trailing = [0xAB, 0xAB, 0xAB];

    public static async Task EchoAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        var metadata = new Metadata { { Payloads.EchoInitial, Initial }, { Payloads.EchoTrailing, Trailing } };

        using var unary = channel.Service.UnaryCallAsync(UnaryCases.LargeRequest(), metadata, cancellationToken: cancellationToken);
        await unary;
        Check(await unary.ResponseHeadersAsync, unary.GetTrailers());

        using var duplex = channel.Service.FullDuplexCall(metadata, cancellationToken: cancellationToken);
        await duplex.RequestStream.WriteAsync(StreamingCases.Request(271_828, 314_159), cancellationToken);
        await duplex.RequestStream.CompleteAsync();
        await StreamingCases.NextAsync(duplex.ResponseStream, 314_159, cancellationToken);
        await StreamingCases.EndAsync(duplex.ResponseStream, cancellationToken);
        Check(await duplex.ResponseHeadersAsync, duplex.GetTrailers());
    }

    private static void Check(Metadata headers, Metadata trailers)
    {
        Expect.Equal(Initial, headers.GetValue(Payloads.EchoInitial), Payloads.EchoInitial);
        Expect.Equal(Convert.ToHexString(Trailing), Convert.ToHexString(trailers.GetValueBytes(Payloads.EchoTrailing) ?? []), Payloads.EchoTrailing);
    }
}
