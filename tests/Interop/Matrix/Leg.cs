using OpsMesh.Interop.Client;

namespace OpsMesh.Interop.Matrix;

/// <summary>One peer, in one direction, over one transport.</summary>
/// <param name="OurClient">True: our client against its server. False: its client against ours.</param>
internal sealed record Leg(Peer Peer, bool OurClient, bool UseTls)
{
    public string Direction => OurClient ? "our client, its server" : "its client, our server";

    public string Transport => UseTls ? "TLS" : "h2c";

    public IReadOnlyDictionary<string, string> Excluded => OurClient ? Peer.ServerLacks : Peer.ClientLacks;

    public IReadOnlyList<string> Cases => [.. (OurClient ? TestCases.All.Select(c => c.Name) : TestCases.Described).Where(name => !Excluded.ContainsKey(name))];

    public static IEnumerable<Leg> Of(Peer peer) =>
        from useTls in peer.HasTls ? (bool[])[false, true] : [false]
        from ourClient in (bool[])[false, true]
        select new Leg(peer, ourClient, useTls);
}
