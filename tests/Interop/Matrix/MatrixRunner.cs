using OpsMesh.Cli;
using OpsMesh.Cli.Local;

namespace OpsMesh.Interop.Matrix;

/// <summary>Runs peers one after the other and adds up.</summary>
internal sealed class MatrixRunner(IReadOnlyList<Peer> peers, bool json, TimeProvider clock)
{
    private readonly Progress _progress = new(json ? Progress.Console(Console.Error, Console.IsErrorRedirected) : Progress.Console(), clock);

    private readonly bool _isCi = Environment.GetEnvironmentVariable("CI") == "true";

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var results = new List<PeerResult>();
        foreach (var peer in peers.Where(p => !p.Missing.Any()))
        {
            results.Add(await RunAsync(peer, cancellationToken));
        }

        var missing = peers.Where(p => p.Missing.Any()).ToList();
        missing.ForEach(ShowMissing);
        MatrixReport.Write(results, missing, json, Console.Out);
        return missing.Any(IsRequired) || results.Count == 0 || results.Any(r => r.Failed > 0) ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private async Task<PeerResult> RunAsync(Peer peer, CancellationToken cancellationToken)
    {
        _progress.Note($"preparing {peer.Name}");
        try
        {
            var version = await PeerBuild.RunAsync(peer, clock, cancellationToken);
            var legs = new List<LegResult>();
            foreach (var leg in Leg.Of(peer))
            {
                legs.Add(await new LegRunner(clock).RunAsync(leg, cancellationToken));
                Show(legs[^1], version);
            }

            return new PeerResult(peer, version, legs);
        }
        catch (CliException notBuilt)
        {
            _progress.Bad(notBuilt.Message);
            return new PeerResult(peer, "not built", [.. Leg.Of(peer).Select(leg => LegResult.Broken(leg, notBuilt.Message))]);
        }
    }

    private void ShowMissing(Peer peer)
    {
        var line = $"{peer.Name} is not here: {string.Join(", ", peer.Missing.Select(n => n.Package))}";
        if (IsRequired(peer))
        {
            _progress.Bad($"{line}. With CI=true it has to be.");
        }
        else
        {
            _progress.Note(line);
        }
    }

    private bool IsRequired(Peer peer) => _isCi && KnownPeers.Required.Contains(peer);

    private void Show(LegResult result, string version)
    {
        var leg = result.Leg;
        var failed = result.Cases.Count - result.Passed;
        var excluded = leg.Excluded.Count > 0 ? $", {leg.Excluded.Count} excluded (docs/interop.md)" : "";
        var line = $"{leg.Peer.Name} {version}, {leg.Direction}, {leg.Transport}: {result.Cases.Count} cases, {result.Passed} passed, {failed} failed{excluded}";
        if (failed == 0)
        {
            _progress.Done(line);
            return;
        }

        _progress.Bad(line);
        foreach (var failure in result.Failures)
        {
            _progress.Bad($"  {failure.Name}: {failure.Failure}");
        }
    }
}
