using System.Globalization;
using System.Text.Json;
using OpsMesh.Cli.Topology;

namespace OpsMesh.Cli.Local.Sidecars;

/// <summary>One daprd beside each application, where the mesh otherwise has one sidecar for all.</summary>
/// <param name="program">Path of daprd.</param>
internal sealed class DaprdSidecars(string program, MeshLayout layout)
{
    private const string Prefix = "daprd-";

    private string Names => Path.Combine(layout.Run, "names.db");

    /// <summary>The topology with as many sidecars as it has applications.</summary>
    public static TyeTopology AddTo(TyeTopology topology)
    {
        var daprds = topology.Services.Where(s => s.Dapr is not null).Select(s => new TyeService(
            Prefix + s.Name,
            "",
            ProcessKind.Sidecar,
            new Dictionary<string, int> { ["http"] = s.Dapr!.HttpPort, ["grpc"] = s.Dapr.GrpcPort, ["internal"] = s.Dapr.InternalPort },
            new Dictionary<string, string>(),
            new Dictionary<string, string>(),
            Dapr: null));
        return topology with { Services = [.. daprds.Concat(topology.Services.Where(s => s.Kind != ProcessKind.Sidecar)).OrderBy(s => s.Kind)] };
    }

    /// <summary>Writes the Configuration that all of them share: how they find each other, and where spans go.</summary>
    public void Prepare(string otlp)
    {
        // Of the run before: what it names is gone.
        foreach (var file in Directory.GetFiles(layout.Run, Path.GetFileName(Names) + "*"))
        {
            File.Delete(file);
        }

        MeshLayout.WritePrivate(
            layout.DaprdConfiguration,
            $"""
            # Written by `opsmesh up` at each start.
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata:
              name: mesh
            spec:
              tracing:
                samplingRate: "1"
                otel:
                  protocol: http
                  endpointAddress: {new Uri(otlp).Authority}
                  isSecure: false
              # Not mDNS: it needs a network, and this mesh is on one machine.
              nameResolution:
                component: sqlite
                version: v1
                configuration:
                  connectionString: {JsonSerializer.Serialize(Names, PlainJson.Options)}
              features:
                - name: HotReload
                  enabled: false

            """);
    }

    public ProcessPlan Plan(TyeService daprd, TyeTopology topology, Func<TyeService, string> appId, MeshSecrets secrets, IReadOnlyDictionary<string, string> connections)
    {
        var app = topology.Services.Single(s => Prefix + s.Name == daprd.Name);
        var dapr = app.Dapr!;
        var environment = new Dictionary<string, string>(connections, StringComparer.Ordinal)
        {
            // What it tells the others; otherwise the address of a network card, where nothing listens.
            ["DAPR_HOST_IP"] = "127.0.0.1",
        };
        (environment["DAPR_API_TOKEN"], environment["APP_API_TOKEN"]) = secrets.SidecarOf(app.Name);
        return new ProcessPlan
        {
            Service = daprd,
            Command =
            [
                program, "--app-id", appId(app), "--app-port", Number(app.Ports["app"]), "--app-protocol", dapr.AppProtocol,
                "--dapr-http-port", Number(dapr.HttpPort), "--dapr-grpc-port", Number(dapr.GrpcPort), "--dapr-internal-grpc-port", Number(dapr.InternalPort),
                "--dapr-listen-addresses", "127.0.0.1", "--dapr-internal-grpc-listen-address", "127.0.0.1",
                // Its port for metrics would be open to the network.
                "--enable-metrics=false",
                "--resources-path", Path.Combine(Repository.Root, topology.ComponentsPath), "--config", layout.DaprdConfiguration, "--log-level", "info",
            ],
            Environment = environment,
            ReadyUrl = new Uri($"http://127.0.0.1:{dapr.HttpPort}/v1.0/healthz/outbound"),
        };
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
