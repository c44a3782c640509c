using System.Text.Json;

namespace OpsMesh.Cli.Local;

/// <summary>What run/console.json says beside the process: where the console is, and the operator's token, for which the console trades the one-time token.</summary>
internal sealed record ConsoleFile(string Url, string Token)
{
    /// <summary>Null when there is none.</summary>
    public static ConsoleFile? Read(MeshLayout layout)
    {
        try
        {
            return JsonSerializer.Deserialize<ConsoleFile>(File.ReadAllText(layout.ConsoleFile), PlainJson.Options);
        }
        catch (Exception none) when (none is IOException or JsonException)
        {
            return null;
        }
    }
}
