using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace OpsMesh.DocumentStore;

/// <summary>Keys are <c>kind:id</c> of [a-z0-9._:-], at most 256 bytes; <c>||</c> is Dapr's own.</summary>
public static class DocumentKey
{
    private const int MaxLength = 256;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._:-");

    /// <exception cref="ArgumentException">The key could not be stored as it is.</exception>
    public static string Check(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (key.Length > MaxLength || key.AsSpan().ContainsAnyExcept(Allowed))
        {
            throw new ArgumentException("A document key is at most 256 characters of a-z, 0-9, '.', '_', ':', '-'.", nameof(key));
        }

        return key;
    }

    /// <summary>Key under which <paramref name="service"/> remembers what it did for a client's idempotency key.</summary>
    public static string Idempotency(string service, string principal, string clientKey)
    {
        // The length keeps ("a", "bc") and ("ab", "c") apart.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{principal.Length}:{principal}{clientKey}"));
        return $"idem:{service}:{Convert.ToHexStringLower(hash)}";
    }
}
