using System.Text.Json;

namespace OpsMesh.Cli.Local;

/// <summary>run/console.json: where the console of a local run is and the operator's token. Also what the console trades the one-time token for.</summary>
internal sealed record ConsoleFile(string Url, string Token)
{
    public void Write(MeshLayout layout) => MeshLayout.WritePrivate(layout.ConsoleFile, JsonSerializer.Serialize(this, PlainJson.Indented));

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
