using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using OpsMesh.Contracts.Options.V1;

namespace OpsMesh.Access;

/// <summary>The operators as of the last look into the state store. Swapped whole; a look that fails changes nothing but the age.</summary>
internal sealed partial class OperatorTokens(TimeProvider clock) : IOperatorTokens
{
    private static readonly TimeSpan LongestForOperators = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestForNodes = TimeSpan.FromHours(24);

    private static readonly FrozenDictionary<string, Role> Roles = OptionsReflection.Descriptor.EnumTypes
        .Single(type => type.Name == nameof(Role)).Values
        .Where(value => value.Number != 0)
        .ToFrozenDictionary(value => value.Name, value => (Role)value.Number, StringComparer.Ordinal);

    private readonly long _started = clock.GetTimestamp();
    private volatile Snapshot? _snapshot;

    /// <summary>Null until the first look.</summary>
    public long? Version => _snapshot?.Version;

    public Outcome<Caller> Verify(string token)
    {
        if (!TokenText().IsMatch(token))
        {
            return Refuse(Reasons.TokenFormat, "This is no token of this mesh.");
        }

        if (_snapshot is not { } snapshot || clock.GetElapsedTime(snapshot.SeenAt) > LongestForOperators)
        {
            return new Failure(FailureKind.Unavailable, Reasons.StoreUnavailable, "Tokens cannot be checked now.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }

        if (!snapshot.Tokens.TryGetValue(Hash(token), out var entry))
        {
            return Refuse(Reasons.TokenSignature, "This token is not known.");
        }

        return clock.GetUtcNow() < entry.ExpiresAt
            ? new Caller(CallerKind.Operator, entry.Name) { Roles = entry.Roles.Where(Roles.ContainsKey).Select(role => Roles[role]).ToFrozenSet() }
            : Refuse(Reasons.TokenExpired, "This token has expired.");
    }

    public Failure? CheckNodes() =>
        clock.GetElapsedTime(_snapshot?.SeenAt ?? _started) <= LongestForNodes
            ? null
            : new Failure(FailureKind.Unavailable, Reasons.StoreUnavailable, "What is known about access is older than a day.");

    /// <param name="seenAt">Timestamp of the clock from before the look: an age is never understated.</param>
    public void Replace(long version, IEnumerable<TokenEntry> tokens, long seenAt) =>
        _snapshot = new Snapshot(version, tokens.ToFrozenDictionary(entry => entry.Sha256, StringComparer.Ordinal), seenAt);

    /// <summary>The store still has the version that we know.</summary>
    public void Confirm(long seenAt) => _snapshot = _snapshot! with { SeenAt = seenAt };

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static Failure Refuse(string reason, string message) => new(FailureKind.Unauthenticated, reason, message);

    [GeneratedRegex(@"\Aopm_[A-Za-z0-9_-]{43}\z")]
    private static partial Regex TokenText();

    private sealed record Snapshot(long Version, FrozenDictionary<string, TokenEntry> Tokens, long SeenAt);
}
