namespace OpsMesh.Testing;

/// <summary>Single ports of a block that this test run holds until it ends.</summary>
public static class TestPorts
{
    private const int Size = 1_000;

    private static readonly PortBlock Block = PortBlock.Claim();
    private static int _next;

    /// <exception cref="InvalidOperationException">The block is used up.</exception>
    public static int Next()
    {
        var offset = Interlocked.Increment(ref _next) - 1;
        return offset < Size ? Block.Base + offset : throw new InvalidOperationException("The block of ports is used up.");
    }
}
