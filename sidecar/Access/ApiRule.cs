namespace OpsMesh.Sidecar.Access;

/// <summary>One entry of an API list (Configuration, <c>spec.api</c>).</summary>
/// <param name="Version">v1.0 or v1.0-alpha1 over HTTP, v1 or v1alpha1 over gRPC.</param>
internal sealed record ApiRule(string Name, string Version, bool IsGrpc);
