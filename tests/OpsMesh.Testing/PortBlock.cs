using System.Globalization;

namespace OpsMesh.Testing;

/// <summary>
/// A block of 1,000 ports from 20000..30999 that no other test run on this machine has; held by a locked file until disposed. The smoke
/// claims its own by the same files.
/// </summary>
public sealed class PortBlock : IDisposable
{
    private const int First = 20_000;
    private const int Blocks = 11;

    private readonly FileStream _lock;

    private PortBlock(int @base, FileStream @lock) => (Base, _lock) = (@base, @lock);

    public int Base { get; }

    /// <exception cref="InvalidOperationException">All blocks are taken.</exception>
    public static PortBlock Claim()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "opsmesh-ports")).FullName;
        for (var block = 0; block < Blocks; block++)
        {
            var start = First + (1_000 * block);
            if (TryLock(Path.Combine(folder, start.ToString(CultureInfo.InvariantCulture))) is { } held)
            {
                return new PortBlock(start, held);
            }
        }

        throw new InvalidOperationException($"All {Blocks} port blocks from {First} are taken by other runs.");
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
