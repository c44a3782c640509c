using System.Globalization;

namespace OpsMesh.Testing;

/// <summary>Ports that no other test process on this machine uses: a block of 1,000, claimed by a lock file until the process ends.</summary>
public static class TestPorts
{
    private const int First = 20_000;
    private const int Blocks = 11;
    private const int Size = 1_000;

    private static readonly (FileStream Lock, int Start) Claimed = Claim();
    private static int _next;

    /// <exception cref="InvalidOperationException">The block is used up.</exception>
    public static int Next()
    {
        var offset = Interlocked.Increment(ref _next) - 1;
        return offset < Size ? Claimed.Start + offset : throw new InvalidOperationException("The block of ports is used up.");
    }

    private static (FileStream Lock, int Start) Claim()
    {
        for (var block = 0; block < Blocks; block++)
        {
            var start = First + (block * Size);
            var name = string.Create(CultureInfo.InvariantCulture, $"opsmesh-ports-{start}.lock");
            try
            {
                return (new FileStream(Path.Combine(Path.GetTempPath(), name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), start);
            }
            catch (IOException)
            {
                // Taken by another run.
            }
        }

        throw new InvalidOperationException("Every block of test ports is taken.");
    }
}
