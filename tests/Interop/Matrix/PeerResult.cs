namespace OpsMesh.Interop.Matrix;

internal sealed record PeerResult(Peer Peer, string Version, IReadOnlyList<LegResult> Legs)
{
    public int Cases => Legs.Sum(l => l.Cases.Count);

    public int Passed => Legs.Sum(l => l.Passed);

    public int Failed => Cases - Passed;
}
