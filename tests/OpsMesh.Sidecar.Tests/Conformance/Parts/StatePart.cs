using System.Text.Json.Nodes;
using OpsMesh.Testing;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.Tests.Conformance.Parts;

/// <summary>The state API on one set-up of state.jsonl or api-server.jsonl, with all of its stores.</summary>
/// <param name="redisPort">That of the recorder.</param>
/// <param name="redisDatabase">Where the looks into redis go.</param>
internal sealed class StatePart(string setup, int redisPort = 21900, int redisDatabase = 0) : IReplayPart
{
    public bool Takes(RecordedCase recorded) => recorded.File is "state" or "api-server" && recorded.Yaml == setup;

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        var recorded = SidecarSetup.Named(setup, folder.Path);
        await using var postgres = recorded.Resources.Values.Any(r => r.Contains("postgresql", StringComparison.Ordinal)) ? await TestPostgres.StartAsync("rec_a") : null;
        await using var redis = recorded.Resources.Values.Any(r => r.Contains(".redis", StringComparison.Ordinal)) ? await TestRedis.StartAsync() : null;
        var resources = recorded.Resources
            .Where(r => !r.Value.Contains("version: v1\n  metadata:\n    - { name: connectionString, value: \"host=", StringComparison.Ordinal))
            .ToDictionary(
                r => r.Key,
                r => r.Value.Replace("port=5432", $"port={postgres?.Port}", StringComparison.Ordinal).Replace($"127.0.0.1:{redisPort}", $"127.0.0.1:{redis?.Port}", StringComparison.Ordinal),
                StringComparer.Ordinal);
        // The only port in the arguments of a set-up is the public one, and what is asked then is asked there.
        var publicPort = recorded.Args.Contains("--dapr-public-port") ? TestPorts.Next() : (int?)null;
        await using var started = await ReplaySidecar.StartAsync(recorded with { Resources = resources, Args = [.. recorded.Args.Select(a => a == "21399" ? $"{publicPort}" : a)] }, cancellationToken);
        var sidecar = publicPort is { } port ? started.Behind(port) : started;
        using var connection = redis is null ? null : await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port},allowAdmin=true");
        var files = new Dictionary<string, string> { ["st-sqlite"] = Path.Combine(folder.Path, "all", "state.db"), ["s-none"] = Path.Combine(folder.Path, "prefixes", "state.db") };
        if (setup == "redis-extras")
        {
            await PutForeignTypesAsync(connection!.GetDatabase());
        }

        var replayer = new Replayer(_ => sidecar, LookAsync);
        // In order, because some read what others wrote; those that wait for a time to live side by side.
        foreach (var one in cases.Where(c => !c.Has("wait")))
        {
            told(one, await replayer.PlayAsync(one, cancellationToken));
        }

        await Parallel.ForEachAsync(
            cases.Where(c => c.Has("wait")),
            new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellationToken },
            async (one, token) => told(one, await replayer.PlayAsync(one, token)));

        Task LookAsync(OtherStep step, CancellationToken token) => step.Kind switch
        {
            "sql" => StoreLook.SqlAsync(step, files, $"Host=127.0.0.1;Port={postgres?.Port};Username=postgres;Database=rec_a;Pooling=false", token),
            "redis" => StoreLook.RedisAsync(step, connection!.GetDatabase(redisDatabase)),
            "observe" => SaveSameKeyAsync(step, token),
            _ => throw new NotSupportedException($"step {step.Kind}"),
        };
    }

    /// <summary>Who wins is open in daprd too; that one of them does is not.</summary>
    private static async Task SaveSameKeyAsync(OtherStep step, CancellationToken cancellationToken)
    {
        foreach (var store in (string[])["st-mem", "st-sqlite", "st-pg2", "st-redis"])
        {
            for (var i = 0; i < 3; i++)
            {
                using var items = new StringContent("""[{"key":"smk","value":1},{"key":"smk","value":2},{"key":"smk","value":3}]""");
                using var saved = await step.Sidecar.Http.PostAsync(new Uri($"v1.0/state/{store}", UriKind.Relative), items, cancellationToken);
                var value = await step.Sidecar.Http.GetStringAsync(new Uri($"v1.0/state/{store}/smk", UriKind.Relative), cancellationToken);
                step.Comparison.Compare($"{step.Path}.timing", true, JsonValue.Create(step.Step["timing"]!.AsObject().Count > 0 && value is "1" or "2" or "3"));
            }
        }
    }

    /// <summary>What the recorder had written behind daprd's back.</summary>
    private static async Task PutForeignTypesAsync(IDatabase database)
    {
        await database.StringSetAsync("rec-a||str", "\"plain string\"");
        await database.HashSetAsync("rec-a||noversion", "data", "1");
        await database.HashSetAsync("rec-a||nodata", "version", "1");
        await database.ListLeftPushAsync("rec-a||list", "x");
    }
}
