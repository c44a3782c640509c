using OpsMesh.Interop.Matrix;

namespace OpsMesh.Interop;

/// <summary>The peers that every change has to get along with. `./opsmesh interop all` runs the others too.</summary>
public sealed class PeerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool, bool> Legs => [.. KnownPeers.Required.SelectMany(Leg.Of).Select(leg => (leg.Peer.Name, leg.OurClient, leg.UseTls))];

    [Theory]
    [MemberData(nameof(Legs))]
    public async Task EveryCase_Passes(string name, bool ourClient, bool useTls)
    {
        var leg = new Leg(KnownPeers.All.Single(p => p.Name == name), ourClient, useTls);
        Assert.SkipWhen(leg.Peer.Missing.Any(), $"{name} needs {string.Join(", ", leg.Peer.Missing.Select(n => n.Package))}; ./opsmesh test installs them");

        await PeerBuild.RunAsync(leg.Peer, TimeProvider.System, Token);
        var result = await new LegRunner(TimeProvider.System).RunAsync(leg, Token);

        Assert.Equal(leg.Cases, result.Cases.Select(c => c.Name));
        Assert.Empty(result.Failures);
    }
}
