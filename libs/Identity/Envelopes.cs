namespace OpsMesh.Identity;

/// <summary>What an envelope's signature covers: a label, so that nothing signed for another use passes, then the payload.</summary>
internal static class Envelopes
{
    private static ReadOnlySpan<byte> Label => "opsmesh-command-v1\0"u8;

    public static byte[] Signed(ReadOnlySpan<byte> payload) => [.. Label, .. payload];
}
