namespace OpsMesh.Bench.Harness;

internal sealed record PeerFigure(string Name, Spread Value, double? CpuMicros);
