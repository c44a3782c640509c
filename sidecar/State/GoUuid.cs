using System.Globalization;

namespace OpsMesh.Sidecar.State;

/// <summary>Reads a UUID as daprd does: plain, without dashes, with any one character before and after, or with <c>urn:uuid:</c>.</summary>
internal static class GoUuid
{
    /// <exception cref="FormatException">In Go's words.</exception>
    public static Guid Parse(string text)
    {
        var digits = text.Length switch
        {
            36 or 32 => text,
            38 => text[1..37],
            45 when text.StartsWith("urn:uuid:", StringComparison.OrdinalIgnoreCase) => text[9..],
            45 => throw new FormatException($"invalid urn prefix: \"{text[..9]}\""),
            _ => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"invalid UUID length: {System.Text.Encoding.UTF8.GetByteCount(text)}")),
        };
        return Guid.TryParseExact(digits, digits.Length == 32 ? "N" : "D", out var uuid) ? uuid : throw new FormatException("invalid UUID format");
    }
}
