using OpsMesh.Cli;

namespace OpsMesh.Interop.Matrix;

/// <summary>
/// Another implementation of gRPC with a client and a server of ours on top, in peers/NAME: `build OUT` makes them and `run OUT client|server|version`
/// starts them. The reasons for what a library cannot do stand in docs/interop.md too.
/// </summary>
internal sealed record Peer(string Name)
{
    public required IReadOnlyList<Need> Needs { get; init; }

    /// <summary>Its programs read TLS credentials.</summary>
    public bool HasTls { get; init; }

    /// <summary>Cases that its library's client cannot play, with the reason.</summary>
    public IReadOnlyDictionary<string, string> ClientLacks { get; init; } = new Dictionary<string, string>();

    /// <summary>Cases that its library's server cannot play, with the reason.</summary>
    public IReadOnlyDictionary<string, string> ServerLacks { get; init; } = new Dictionary<string, string>();

    public IEnumerable<Need> Missing => Needs.Where(need => !need.IsMet);

    public string Source => Path.Combine(Repository.Root, "tests", "Interop", "peers", Name);

    public string Output => Path.Combine(Repository.Root, "artifacts", "interop", Name);
}
