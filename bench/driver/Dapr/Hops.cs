using OpsMesh.Bench.Grpc;
using OpsMesh.Bench.Harness;
using OpsMesh.Bench.Load;

namespace OpsMesh.Bench.Dapr;

/// <summary>The same load on an application directly and through one sidecar, all of it on all cores.</summary>
internal static class Hops
{
    public const string Direct = "direct";
    public const string Proxied = "sidecar";

    public static async Task<(Series Proxied, Series Direct)> RunAsync(
        string what, ServerLoad load, RoundRobin roundRobin, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var callee = await GrpcSubjects.ServeAsync(GrpcSubjects.Direct, Placement.Anywhere, cancellationToken);
        await using var mesh = await SidecarMesh.StartAsync(
            new Dictionary<string, int> { [SidecarMesh.Caller] = 0, [SidecarMesh.Callee] = GrpcSubjects.PortOf(callee) }, clock, cancellationToken);
        var proxied = load with { Placement = Placement.Anywhere, Header = $"dapr-app-id: {SidecarMesh.Callee}" };
        var series = await roundRobin.RunAsync(
            what,
            [
                new LoadedHop(Proxied, mesh.GrpcAddress(SidecarMesh.Caller), mesh.Pid, proxied),
                new LoadedHop(Direct, GrpcSubjects.AddressOf(callee), callee.Pid, proxied with { Header = null }),
            ],
            cancellationToken);
        return (series[Proxied], series[Direct]);
    }
}
