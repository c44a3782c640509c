using System.Globalization;
using System.Text.Json;
using OpsMesh.Cli.Local;
using OpsMesh.Cli.Remote;

namespace OpsMesh.Interop.Matrix;

internal static class MatrixReport
{
    public static void Write(IReadOnlyList<PeerResult> results, IReadOnlyList<Peer> missing, bool json, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(ToJson(results, missing));
            return;
        }

        var table = new TextTable("PEER", "VERSION", "CASES", "PASSED", "FAILED");
        foreach (var result in results)
        {
            table.Add(result.Peer.Name, result.Version, Text(result.Cases), Text(result.Passed), Text(result.Failed));
        }

        output.WriteLine();
        table.Write(output);
        output.WriteLine();
        output.WriteLine($"interop: {results.Sum(r => r.Cases)} cases, {results.Sum(r => r.Passed)} passed, {results.Sum(r => r.Failed)} failed");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string ToJson(IReadOnlyList<PeerResult> results, IReadOnlyList<Peer> missing) => JsonSerializer.Serialize(
        new
        {
            Cases = results.Sum(r => r.Cases),
            Passed = results.Sum(r => r.Passed),
            Failed = results.Sum(r => r.Failed),
            Peers = results.Select(r => new { r.Peer.Name, r.Version, r.Cases, r.Passed, r.Failed, Legs = r.Legs.Select(Describe) }),
            Missing = missing.Select(p => new { p.Name, Packages = p.Missing.Select(n => n.Package) }),
        },
        PlainJson.Indented);

    private static object Describe(LegResult result) => new
    {
        result.Leg.Direction,
        result.Leg.Transport,
        Cases = result.Cases.Select(c => new { c.Name, Ok = c.Failure is null, Ms = (int)c.Took.TotalMilliseconds, c.Failure }),
        Excluded = result.Leg.Excluded.Select(e => new { Name = e.Key, Reason = e.Value }),
    };
}
