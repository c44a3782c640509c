using System.Text.Json;

namespace OpsMesh.Cli.Local;

/// <summary>Ids of the local nodes, kept in the data folder so that a node stays the same node over restarts.</summary>
internal sealed class NodeIds(MeshLayout layout, TimeProvider clock)
{
    private readonly Dictionary<string, string> _ids = Load(layout.NodeIds);

    public string Of(string node)
    {
        if (!_ids.TryGetValue(node, out var id))
        {
            id = _ids[node] = Guid.CreateVersion7(clock.GetUtcNow()).ToString();
            MeshLayout.WritePrivate(layout.NodeIds, JsonSerializer.Serialize(_ids));
        }

        return id;
    }

    private static Dictionary<string, string> Load(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file)) ?? [] : [];
        }
        catch (JsonException bad)
        {
            throw new CliException(ExitCodes.BadConfiguration, $"{file} cannot be read ({bad.Message}); `opsmesh reset` begins anew.");
        }
    }
}
