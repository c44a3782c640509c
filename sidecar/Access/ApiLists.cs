namespace OpsMesh.Sidecar.Access;

/// <summary>Which building blocks an application may use. The lists of the two protocols are separate; health is always open.</summary>
internal sealed record ApiLists(IReadOnlyList<ApiRule> Allowed, IReadOnlyList<ApiRule> Denied)
{
    public static ApiLists Open { get; } = new([], []);

    public bool AllowsHttp(string name, string version) => Allows(name, version, isGrpc: false);

    /// <param name="path">/service/method; only daprd's own methods are looked at.</param>
    public bool AllowsGrpc(string path)
    {
        if (Allowed.Count == 0 && Denied.Count == 0)
        {
            return true;
        }

        var method = path[(path.LastIndexOf('/') + 1)..];
        var version = method.EndsWith("Alpha1", StringComparison.Ordinal) ? "v1alpha1" : "v1";
        return Allows(BlockOf(method), version, isGrpc: true);
    }

    private bool Allows(string name, string version, bool isGrpc)
    {
        var allowed = Allowed.Where(r => r.IsGrpc == isGrpc).ToArray();
        return (allowed.Length == 0 || allowed.Any(Matches)) && !Denied.Any(r => r.IsGrpc == isGrpc && Matches(r));

        bool Matches(ApiRule rule) => rule.Name == name && rule.Version == version;
    }

    private static string BlockOf(string method) => method switch
    {
        _ when method.Contains("State", StringComparison.Ordinal) => "state",
        _ when method.Contains("Publish", StringComparison.Ordinal) => "publish",
        _ when method.StartsWith("InvokeService", StringComparison.Ordinal) => "invoke",
        _ when method.Contains("Binding", StringComparison.Ordinal) => "bindings",
        _ when method.Contains("Secret", StringComparison.Ordinal) => "secrets",
        _ when method.Contains("Configuration", StringComparison.Ordinal) => "configuration",
        _ when method.Contains("Metadata", StringComparison.Ordinal) => "metadata",
        _ when method.StartsWith("SubscribeTopic", StringComparison.Ordinal) => "subscribe",
        _ when method.StartsWith("TryLock", StringComparison.Ordinal) => "lock",
        _ when method.StartsWith("Unlock", StringComparison.Ordinal) => "unlock",
        _ when method.Contains("Actor", StringComparison.Ordinal) => "actors",
        _ when method.Contains("Job", StringComparison.Ordinal) => "jobs",
        _ when method.StartsWith("Shutdown", StringComparison.Ordinal) => "shutdown",
        _ => method,
    };
}
