namespace OpsMesh.Access;

/// <summary>Knows the operators. Fails closed: who cannot look refuses.</summary>
public interface IOperatorTokens
{
    /// <returns>The operator; Unauthenticated for a token that is malformed, unknown or expired; Unavailable when nobody can tell.</returns>
    Outcome<Caller> Verify(string token);

    /// <returns>A refusal when what is known about access is too old even for nodes; else null.</returns>
    Failure? CheckNodes();
}

/// <summary>For processes that operators never reach: the daemon.</summary>
internal sealed class NoOperators : IOperatorTokens
{
    public Outcome<Caller> Verify(string token) =>
        new Failure(FailureKind.Unauthenticated, Reasons.TokenAudience, "Operators are not known here; the console is the way in.");

    public Failure? CheckNodes() => null;
}
