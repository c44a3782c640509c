using System.Globalization;
using OpsMesh.Cli.Local;
using OpsMesh.Cli.Topology;

namespace OpsMesh.Cli.Smoke;

/// <summary>A block of 1,000 ports from 20000 to 31000, claimed by a lock file so that parallel runs never meet.</summary>
internal sealed class PortBlock : IDisposable
{
    private const int First = 20_000;
    private const int Last = 30_000;
    private const int Size = 1_000;

    private readonly FileStream _claim;

    private PortBlock(int portBase, FileStream claim) => (Base, _claim) = (portBase, claim);

    public int Base { get; }

    public static PortBlock Claim()
    {
        var folder = Path.Combine(Path.GetTempPath(), "opsmesh-ports");
        Directory.CreateDirectory(folder);
        for (var portBase = First; portBase <= Last; portBase += Size)
        {
            if (TryClaim(Path.Combine(folder, portBase.ToString(CultureInfo.InvariantCulture))) is not { } claim)
            {
                continue;
            }

            if (TyeReader.Read(Repository.Topology, portBase).Services.SelectMany(s => s.AllPorts).All(PortCheck.IsFree))
            {
                return new PortBlock(portBase, claim);
            }

            claim.Dispose();
        }

        throw new CliException(ExitCodes.PortTaken, $"Every block of {Size} ports from {First} on is claimed ({folder}) or has a taken port.");
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
