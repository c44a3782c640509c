using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Parts;

/// <summary>What the state API says while redis is down or hangs, and afterwards, with and without policies, of state-failure.jsonl.</summary>
internal sealed class RedisFailurePart : IReplayPart
{
    // The client's deadline is none that the sidecar answers.
    private const string ClientDeadline = "state/failure/redis-hangs/grpc-client-deadline";

    // Its retries are over in 0.6 s: whether the driver has found the server again by then is chance.
    private const string Recovering = "state/resiliency/retry/recovers-while-retrying";

    // daprd's driver dials until the policy's timeout; this one says at once, or not, that there is no connection.
    private const string Refused = "state/resiliency/timeout/refused";

    public bool Takes(RecordedCase recorded) => TestRedis.IsInstalled && recorded.File == "state-failure" && recorded.Component is "state.redis" or "state.in-memory" && recorded.Name is not (ClientDeadline or Recovering or Refused);

    public Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        cases.GroupBy(c => c.Yaml, StringComparer.Ordinal),
        new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken },
        async (group, token) => await PlayAsync(group.Key, [.. group], told, token));

    private static async Task PlayAsync(string name, IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var redis = await TestRedis.StartAsync();
        await using var sidecar = await ReplaySidecar.StartAsync(SidecarSetup.Named(name, folder.Path).On(redis), cancellationToken);
        using var item = new StringContent("""[{"key":"k","value":1}]""");
        using var saved = await sidecar.Http.PostAsync(new Uri("v1.0/state/st", UriKind.Relative), item, cancellationToken);
        var isDown = false;
        foreach (var one in cases)
        {
            var kind = one.Name.Split('/')[^1];
            await BringAboutAsync(kind);
            told(one, await new Replayer(_ => sidecar).PlayAsync(one, cancellationToken));
            if (kind is "hang" or "short-timeouts" or "default-timeouts")
            {
                redis.Resume();
            }
        }

        async Task BringAboutAsync(string kind)
        {
            if (kind is "hang" or "short-timeouts" or "default-timeouts")
            {
                redis.Pause();
            }
            else if (kind is "all-operations" or "refused" or "opens" or "health" or "half-open-fails" && !isDown)
            {
                await redis.KillAsync();
                isDown = true;
            }
            else if (kind is "recovered")
            {
                if (!isDown && name != "fail-plain")
                {
                    // The case that had it down is slow and may be left out; what redis held is gone all the same.
                    await redis.KillAsync();
                    isDown = true;
                }

                if (isDown)
                {
                    await BackAsync();
                }
            }
            else if (kind == "half-open-recovers")
            {
                // Open it once more: the cases that did are slow and may be left out.
                await redis.KillAsync();
                for (var i = 0; i < 4; i++)
                {
                    await ReadAsync();
                }

                await BackAsync();
            }
        }

        async Task<System.Net.HttpStatusCode> ReadAsync()
        {
            using var answer = await sidecar.Http.GetAsync(new Uri("v1.0/state/st/k", UriKind.Relative), cancellationToken);
            return answer.StatusCode;
        }

        async Task BackAsync()
        {
            await redis.RestartAsync();
            isDown = false;
            // Its client finds it again by itself.
            for (var i = 0; i < 100 && !name.Contains("-cb", StringComparison.Ordinal) && await ReadAsync() == System.Net.HttpStatusCode.InternalServerError; i++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }
    }
}
