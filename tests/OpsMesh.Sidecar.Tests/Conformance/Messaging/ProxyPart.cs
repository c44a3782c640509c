using System.IO.Compression;
using System.Text.Json.Nodes;
using OpsMesh.Sidecar.Tests.Conformance.Invoking;
using OpsMesh.Sidecar.Tests.Echo;
using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>gRPC calls that the sidecar passes on: what the caller sees and what the application saw.</summary>
internal sealed class ProxyPart : IReplayPart
{
    private const string Unsampled = "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: { name: c }\nspec: { tracing: { samplingRate: \"0\" } }\n";

    // Calls to applications that the recorder had for them alone.
    private static readonly string[] Misbehaving = ["badapp", "badapp2", "zip", "rst0", "rst1", "rst2", "rst7", "rst8", "rst11"];

    // A test of a process, of its connections or of a library, and no exchange that a mesh in one process could replay.
    private static readonly string[] NotReplayed =
    [
        "proxy/connection/", "proxy/flow/", "proxy/grpc-js/", "proxy/long/", "proxy/stream/10000-messages", "proxy/size/headers-64KiB", "proxy/cancel/client-connection-lost",
        "proxy/fail/callee-", "proxy/fail/caller-", "proxy/fail/app-connection-lost-mid-stream", "proxy/fail/app-goaway", "proxy/fail/app-outage-recovery",
    ];

    public bool Takes(RecordedCase recorded) => recorded.File == "grpc-proxy" && !NotReplayed.Any(n => recorded.Name.StartsWith(n, StringComparison.Ordinal));

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(cases.Where(c => c.Yaml.Length > 0), cancellationToken, async (one, token) => told(one, await PlayPolicyAsync(one, token)));
        using var folder = new ReplayFolder();
        await using var echo = await ProxyEcho.StartAsync(cancellationToken);
        await using var http = await InvokedApp.StartAsync(cancellationToken);
        SidecarSetup Grpc(string name, int port, params string[] more) => new(name, folder.Path) { Args = ["--app-port", $"{port}", "--app-protocol", "grpc", .. more] };
        await using var mesh = await ReplayMesh.StartAsync(
            cancellationToken,
            [
                new SidecarSetup("caller", folder.Path),
                Grpc("callee", echo.Port),
                .. Misbehaving.Select(name => Grpc(name, echo.Port)),
                new SidecarSetup("httpcallee", folder.Path) { Args = ["--app-port", $"{http.Port}"] },
                Grpc("neverapp", TestPorts.Next()),
                new SidecarSetup("notracing", folder.Path) { Config = Unsampled },
                new SidecarSetup("bigcaller", folder.Path) { Args = ["--max-body-size", "8Mi"] },
                new SidecarSetup("smallcaller", folder.Path),
                Grpc("bigcallee", echo.Port, "--max-body-size", "8Mi"),
                Grpc("smallcallee", echo.Port),
            ]);
        var steps = new ProxySteps(mesh, echo, http);
        foreach (var one in cases.Where(c => c.Yaml.Length == 0))
        {
            var isDown = one.Name == "proxy/fail/app-not-listening";
            if (isDown)
            {
                await echo.PauseAsync();
            }

            told(one, await steps.PlayAsync(one, cancellationToken));
            if (isDown)
            {
                await echo.ResumeAsync(cancellationToken);
            }
        }
    }

    private static async Task<IReadOnlyList<Difference>> PlayPolicyAsync(RecordedCase recorded, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var echo = await ProxyEcho.StartAsync(cancellationToken);
        await using var http = await InvokedApp.StartAsync(cancellationToken);
        await using var mesh = await ReplayMesh.StartAsync(
            cancellationToken,
            new SidecarSetup("rcaller", folder.Path) { Resources = new Dictionary<string, string> { ["res"] = recorded.Yaml } },
            new SidecarSetup("rcallee", folder.Path) { Args = ["--app-port", $"{echo.Port}", "--app-protocol", "grpc"] });
        return await new ProxySteps(mesh, echo, http).PlayAsync(recorded, cancellationToken);
    }

    /// <summary>A compressed message by what it says: compressors differ.</summary>
    public static JsonNode? Decompressed(JsonNode? message)
    {
        if ((message as JsonObject)?["undecodableBase64"]?.GetValue<string>() is not { } base64 || !base64.StartsWith("H4sI", StringComparison.Ordinal))
        {
            return message?.DeepClone();
        }

        using var gzip = new GZipStream(new MemoryStream(Convert.FromBase64String(base64)), CompressionMode.Decompress);
        return new JsonObject { ["compressed"] = ProxyClient.Shown(Msg.Parser.ParseFrom(gzip)) };
    }
}
