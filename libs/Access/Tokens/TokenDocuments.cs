using System.Text.Json.Serialization;

namespace OpsMesh.Access;

/// <summary>State key <c>access:version</c>: changes whenever anything under <c>access:</c> does.</summary>
internal sealed record VersionDocument
{
    public const string Key = "access:version";

    [JsonPropertyName("schema")]
    public int Schema { get; init; }

    [JsonPropertyName("version")]
    public long Version { get; init; }
}

/// <summary>State key <c>access:tokens:&lt;first hex digit of the hash&gt;</c>.</summary>
internal sealed record TokensDocument
{
    [JsonPropertyName("schema")]
    public int Schema { get; init; }

    [JsonPropertyName("tokens")]
    public IReadOnlyList<TokenEntry> Tokens { get; init; } = [];

    public static string Key(char hexDigit) => $"access:tokens:{hexDigit}";
}

internal sealed record TokenEntry
{
    /// <summary>Of the token's text, lower-case hex.</summary>
    [JsonPropertyName("sha256")]
    public string Sha256 { get; init; } = "";

    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    /// <summary>Names as in the proto, <c>ROLE_VIEWER</c>; unknown ones give nothing.</summary>
    [JsonPropertyName("roles")]
    public IReadOnlyList<string> Roles { get; init; } = [];

    [JsonPropertyName("expires_at")]
    public DateTimeOffset ExpiresAt { get; init; }
}
