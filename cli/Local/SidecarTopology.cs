using System.Text.Json;
using OpsMesh.Cli.Topology;

namespace OpsMesh.Cli.Local;

/// <summary>The sidecar's file: every app-id with its ports and tokens, so it is 0600.</summary>
internal static class SidecarTopology
{
    public static void Write(TyeTopology topology, MeshLayout layout, MeshSecrets secrets, Func<TyeService, string> appId, string otlp)
    {
        var apps = topology.Services.Where(s => s.Dapr is not null).Select(s =>
        {
            var (api, app) = secrets.SidecarOf(s.Name);
            return new
            {
                AppId = appId(s),
                AppPort = s.Ports["app"],
                s.Dapr!.AppProtocol,
                s.Dapr.HttpPort,
                s.Dapr.GrpcPort,
                s.Dapr.InternalPort,
                s.Dapr.MetricsPort,
                ApiToken = api,
                AppApiToken = app,
            };
        });
        var file = new
        {
            ResourcesPaths = (string[])[Path.Combine(Repository.Root, topology.ComponentsPath)],
            DataFolder = layout.Data("sidecar"),
            OtlpEndpoint = otlp,
            Apps = apps.ToArray(),
        };
        MeshLayout.WritePrivate(layout.SidecarTopology, JsonSerializer.Serialize(file, PlainJson.Indented));
    }
}
