using System.Text.Json.Nodes;
using OpsMesh.Testing;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.Tests.Conformance.Parts;

/// <summary>Locks, configurations and secrets, and the calls of the JavaScript SDK, on one set-up.</summary>
internal sealed class BlocksPart(string file, string setup) : IReplayPart
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public bool Takes(RecordedCase recorded) => recorded.File == file && recorded.Yaml == setup && recorded.Steps.Any(s => s["do"]!.GetValue<string>() is not "sdk-call");

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var redis = await TestRedis.StartAsync();
        using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port},allowAdmin=true");
        await FillAsync(connection.GetDatabase(3), connection.GetDatabase(setup == "npm" ? 0 : 4));
        await using var app = await RecordingApp.StartAsync(path => path == "/dapr/subscribe" ? (200, "[]") : (path.EndsWith("/s5", StringComparison.Ordinal) ? 500 : 200, ""), cancellationToken);
        var recorded = SidecarSetup.Named(setup, folder.Path, setup == "npm" ? "npmfiles" : "lcsfiles").On(redis);
        var withApp = setup is "lcs" ? recorded with { Args = [.. recorded.Args, "--app-port", $"{app.Port}"] } : recorded;
        var resources = recorded.Resources.Where(r => !r.Value.Contains("configuration.postgresql", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);
        foreach (var (path, _) in recorded.Resources.Values.SelectMany(FilesIn).DistinctBy(f => f.Path))
        {
            Place(folder.Path, path);
        }

        await using var sidecar = await ReplaySidecar.StartAsync(withApp with { Resources = resources }, cancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, cancellationToken);
        foreach (var one in cases)
        {
            app.Forget();
            await using var streams = new ConfigurationStream(sidecar);
            var replayer = new Replayer(_ => sidecar, (step, token) => OtherAsync(step, streams, token));
            told(one, await replayer.PlayAsync(one, cancellationToken));
        }

        async Task OtherAsync(OtherStep step, ConfigurationStream stream, CancellationToken token)
        {
            switch (step.Kind)
            {
                case "redis":
                    await StoreLook.RedisAsync(step, connection.GetDatabase(3));
                    break;
                case "external":
                    await ChangeAsync(connection.GetDatabase(4), step.Step["what"]!.GetValue<string>());
                    await stream.SettleAsync(token);
                    break;
                case "app-saw":
                    step.Comparison.Compare($"{step.Path}.request", Contract(step.Step["request"]!.AsObject()), await app.NextAsync(Patience, token) is { } seen ? Contract(seen) : null);
                    break;
                case "grpc-stream":
                    await stream.OpenAsync(step, token);
                    break;
                case "observe" when step.Step["what"]!.GetValue<string>().StartsWith("stream ended", StringComparison.Ordinal):
                    await stream.CompareAsync(step.Comparison, token);
                    break;
            }
        }
    }

    /// <summary>Headers that Go's client adds to each request are not part of the API.</summary>
    private static JsonObject Contract(JsonObject request)
    {
        var contract = request.DeepClone().AsObject();
        foreach (var name in (string[])["user-agent", "content-length", "accept-encoding", "host", "connection", "traceparent"])
        {
            contract["headers"]?.AsObject().Remove(name);
        }

        return contract;
    }

    private static async Task ChangeAsync(IDatabase database, string what)
    {
        _ = what.Split(' ') switch
        {
            ["redis", "SET", var key, var value] => await database.StringSetAsync(key, value),
            ["redis", "DEL", var key] => await database.KeyDeleteAsync(key),
            _ => throw new NotSupportedException(what),
        };
    }

    private static IEnumerable<(string Path, bool _)> FilesIn(string yaml)
    {
        const string Mark = "<dir>/";
        for (var at = yaml.IndexOf(Mark, StringComparison.Ordinal); at >= 0; at = yaml.IndexOf(Mark, at + 1, StringComparison.Ordinal))
        {
            yield return (yaml[(at + Mark.Length)..yaml.IndexOf('"', at)], true);
        }
    }

    /// <summary>The set-up names files by their last part only; the resources say where they lie.</summary>
    private static void Place(string folder, string path)
    {
        var target = Path.Combine(folder, path);
        var source = Directory.EnumerateFiles(folder, Path.GetFileName(path), SearchOption.AllDirectories).First();
        if (source != target)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target, overwrite: true);
        }
    }

    /// <summary>What the recorder had put there before.</summary>
    private static async Task FillAsync(IDatabase locks, IDatabase configurations)
    {
        await locks.HashSetAsync("lock||rec-a||rh", "a", "1");
        foreach (var (key, value) in ((string, string)[])[("ck1", "v1||1"), ("ck2", "plain"), ("ck3", "a||b||c"), ("ck4", ""), ("ck5", "||"), ("ck6", "{\"a\":1}||7"), ("k/x", "slash||2")])
        {
            await configurations.StringSetAsync(key, value);
        }

        await configurations.HashSetAsync("ckh", "a", "1");
    }
}
