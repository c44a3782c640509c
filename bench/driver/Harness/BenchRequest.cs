namespace OpsMesh.Bench.Harness;

/// <param name="Only">The one case to run; null: all.</param>
internal sealed record BenchRequest(Schedule Schedule, string? Only, bool AsJson, bool Writes);
