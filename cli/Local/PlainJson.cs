using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpsMesh.Cli.Local;

/// <summary>JSON for files that people read: no \u0027 for an apostrophe.</summary>
internal static class PlainJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static readonly JsonSerializerOptions Indented = new(Options) { WriteIndented = true };
}
