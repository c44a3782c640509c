using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace OpsMesh.Console.Login;

/// <summary>The secret of the printed URL. It works once.</summary>
internal sealed class OneTimeToken(IOptions<LoginOptions> options)
{
    private readonly byte[] _expected = Encoding.UTF8.GetBytes(options.Value.OneTimeToken);
    private int _used;

    /// <param name="usable">False when nothing could be given for it; then it stays unused.</param>
    /// <returns>Null when it counts; from then on it is used.</returns>
    public Failure? TryUse(string given, bool usable = true)
    {
        if (_expected.Length == 0 || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), _expected))
        {
            return new Failure(FailureKind.Unauthenticated, Reasons.TokenSignature, "This one-time token is not known here.") { Field = "one_time" };
        }

        return !usable || Interlocked.Exchange(ref _used, 1) == 0
            ? null
            : new Failure(FailureKind.Unauthenticated, Reasons.TokenUsed, "This one-time token was used before; run/console.json in the data folder holds a token that stays.") { Field = "one_time" };
    }
}
