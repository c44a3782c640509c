namespace OpsMesh.Console.Login;

/// <summary>A browser that is signed in.</summary>
/// <param name="Id">Value of its cookie.</param>
/// <param name="Token">Operator token that its calls are made with.</param>
internal sealed record Session(string Id, string Token, string Name, DateTimeOffset ExpiresAt)
{
    /// <summary>No secrets in logs.</summary>
    public override string ToString() => $"session of {Name}";
}
