using OpsMesh.Contracts.Options.V1;
using OpsMesh.Testing;

namespace OpsMesh.Access;

public sealed class OperatorTokensTests
{
    private const string Token = "opm_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ";

    private readonly ManualClock _clock = new();
    private readonly OperatorTokens _tokens;

    public OperatorTokensTests() => _tokens = new OperatorTokens(_clock);

    [Fact]
    public void KnownToken_IsItsOperator()
    {
        Learn("ROLE_VIEWER", "ROLE_NODE_ADMIN", "ROLE_FROM_A_LATER_VERSION", "ROLE_UNSPECIFIED");

        var caller = _tokens.Verify(Token).Value!;

        Assert.Equal("operator/local operator", caller.Id);
        Assert.Equal([Role.Viewer, Role.NodeAdmin], caller.Roles.Order());
    }

    [Fact]
    public void EveryChangedCharacter_IsUnknown()
    {
        Learn();

        for (var i = 4; i < Token.Length; i++)
        {
            var changed = Token[..i] + (Token[i] == '0' ? '1' : '0') + Token[(i + 1)..];
            Assert.Equal(Reasons.TokenSignature, _tokens.Verify(changed).Failure!.Reason);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("opm_")]
    [InlineData("OPM_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ")]
    [InlineData("opm_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ\n")]
    [InlineData("opm_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR")]
    [InlineData("opm_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP=")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public void AnythingElse_HasTheWrongFormat(string token)
    {
        Learn();

        Assert.Equal(Reasons.TokenFormat, _tokens.Verify(token).Failure!.Reason);
    }

    [Fact]
    public void ExpiredToken_IsRefused()
    {
        Learn();
        _clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(Reasons.TokenExpired, _tokens.Verify(Token).Failure!.Reason);
    }

    [Fact]
    public void BeforeTheFirstLook_NobodyCanTell()
    {
        var failure = _tokens.Verify(Token).Failure!;

        Assert.Equal((FailureKind.Unavailable, Reasons.StoreUnavailable), (failure.Kind, failure.Reason));
        Assert.Null(_tokens.CheckNodes());
    }

    [Fact]
    public void KnowledgeOlderThanFifteenMinutes_RefusesOperatorsAndAfterADayNodes()
    {
        _tokens.Replace(1, [Entry(_clock.GetUtcNow().AddDays(30), [])], _clock.GetTimestamp());
        _clock.Advance(TimeSpan.FromMinutes(15));
        Assert.True(_tokens.Verify(Token).Succeeded);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FailureKind.Unavailable, _tokens.Verify(Token).Failure!.Kind);
        Assert.Null(_tokens.CheckNodes());

        _clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(FailureKind.Unavailable, _tokens.CheckNodes()!.Kind);

        _tokens.Confirm(_clock.GetTimestamp());
        Assert.True(_tokens.Verify(Token).Succeeded);
        Assert.Null(_tokens.CheckNodes());
    }

    [Fact]
    public void WithdrawnToken_IsUnknown()
    {
        Learn();
        _tokens.Replace(2, [], _clock.GetTimestamp());

        Assert.Equal(Reasons.TokenSignature, _tokens.Verify(Token).Failure!.Reason);
    }

    private void Learn(params string[] roles) => _tokens.Replace(1, [Entry(_clock.GetUtcNow().AddMinutes(10), roles)], _clock.GetTimestamp());

    private static TokenEntry Entry(DateTimeOffset expires, string[] roles) =>
        new() { Sha256 = OperatorTokens.Hash(Token), Name = "local operator", Roles = roles, ExpiresAt = expires };
}
