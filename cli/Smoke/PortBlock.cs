using System.Globalization;

namespace OpsMesh.Cli.Smoke;

/// <summary>A block of 1,000 ports from 20000 to 31000, claimed by a locked file until disposed, so that parallel runs never meet.</summary>
internal sealed class PortBlock : IDisposable
{
    public const int Size = 1_000;
    private const int First = 20_000;
    private const int Last = 30_000;

    private readonly FileStream _claim;

    private PortBlock(int portBase, FileStream claim) => (Base, _claim) = (portBase, claim);

    public int Base { get; }

    /// <param name="isUsable">Whether what is needed of the block that begins there is free: something that knows nothing of the blocks may have a port.</param>
    /// <exception cref="IOException">No block is left.</exception>
    public static PortBlock Claim(Func<int, bool> isUsable)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "opsmesh-ports")).FullName;
        for (var portBase = First; portBase <= Last; portBase += Size)
        {
            if (TryClaim(Path.Combine(folder, portBase.ToString(CultureInfo.InvariantCulture))) is not { } claim)
            {
                continue;
            }

            if (isUsable(portBase))
            {
                return new PortBlock(portBase, claim);
            }

            claim.Dispose();
        }

        throw new IOException($"Every block of {Size} ports from {First} on is claimed ({folder}) or has a taken port.");
    }

    public void Dispose() => _claim.Dispose();

    private static FileStream? TryClaim(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception claimed) when (claimed is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
