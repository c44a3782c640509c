using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpsMesh.Console.Login;

/// <summary>Tokens of operators: <c>opm_</c> and 256 bits in base64url.</summary>
internal static partial class OperatorToken
{
    public static bool IsWellFormed(string text) => Form().IsMatch(text);

    /// <summary>Reads a file that holds the token alone, or a JSON object with the property <c>token</c>.</summary>
    /// <returns>Null when the file holds no token.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<string?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var text = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
        if (text.StartsWith('{'))
        {
            using var json = JsonDocument.Parse(text);
            text = json.RootElement.TryGetProperty("token", out var token) ? token.GetString() ?? "" : "";
        }

        return IsWellFormed(text) ? text : null;
    }

    [GeneratedRegex(@"\Aopm_[A-Za-z0-9_-]{43}\z")]
    private static partial Regex Form();
}
