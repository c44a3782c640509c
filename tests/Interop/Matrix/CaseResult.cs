namespace OpsMesh.Interop.Matrix;

/// <param name="Failure">Null: passed.</param>
internal sealed record CaseResult(string Name, string? Failure, TimeSpan Took);
