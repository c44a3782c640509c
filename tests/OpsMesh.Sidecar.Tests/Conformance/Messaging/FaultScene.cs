using System.Text.Json.Nodes;
using OpsMesh.Testing;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>One case of pubsub-faults with a redis, a folder and a case of its own.</summary>
internal sealed class FaultScene(RecordedCase recorded, string folder, TestRedis redis, CancellationToken cancellationToken)
{
    private readonly IReadOnlyList<JsonObject> _steps = MessagingCases.Prepare(recorded).Steps;

    public RecordedCase Recorded => recorded;

    public TestRedis Redis => redis;

    public CancellationToken Cancellation => cancellationToken;

    public Comparison Comparison { get; } = new(recorded);

    /// <param name="yaml">Null: the components of the case.</param>
    public SidecarSetup Setup(string appId, RecordingApp? app, string? yaml = null) =>
        MessagingYaml.Setup(appId, folder, MessagingYaml.Components(yaml ?? recorded.Yaml, redis.Port), MessagingYaml.Resiliency(recorded.Setup), app);

    public Task WaitAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, cancellationToken);

    public async Task PlayAsync(ReplaySidecar sidecar, params int[] steps)
    {
        foreach (var at in steps)
        {
            var differences = await new Replayer(_ => sidecar).PlayAsync(recorded with { Steps = [_steps[at]] }, cancellationToken);
            Comparison.Differences.AddRange(differences.Select(d => d with { Path = d.Path.Replace("steps[0]", $"steps[{at}]", StringComparison.Ordinal) }));
        }
    }

    /// <summary>A step that found nobody listening any more.</summary>
    public async Task RefusedAsync(ReplaySidecar sidecar, int step)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (await AnswersAsync(sidecar))
        {
            if (TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(3))
            {
                Comparison.Differences.Add(new Difference($"steps[{step}].response", recorded.Steps[step]["response"]!.DeepClone(), "it still answers"));
                return;
            }

            await WaitAsync(50);
        }
    }

    private async Task<bool> AnswersAsync(ReplaySidecar sidecar)
    {
        try
        {
            using var answer = await sidecar.Http.GetAsync(new Uri("v1.0/healthz", UriKind.Relative), cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public void Compare(int step, string name, JsonNode? here) => Comparison.Compare($"steps[{step}].{name}", recorded.Steps[step][name], here);

    /// <summary>How many messages nobody acknowledged yet.</summary>
    public async Task<long> PendingAsync(string topic, string group, int database = 0)
    {
        using var connection = await MessagingRedis.ConnectAsync(redis, database);
        return (long)((RedisResult[])await connection.GetDatabase().ExecuteAsync("XPENDING", topic, group))[0];
    }

    public async Task<long> LengthAsync(string topic, int database = 0)
    {
        using var connection = await MessagingRedis.ConnectAsync(redis, database);
        return (long)await connection.GetDatabase().ExecuteAsync("XLEN", topic);
    }

    public async Task<JsonObject> GroupAsync(string topic, int database = 0)
    {
        using var connection = await MessagingRedis.ConnectAsync(redis, database);
        return MessagingRedis.Map(((RedisResult[])await connection.GetDatabase().ExecuteAsync("XINFO", "GROUPS", topic))[0]);
    }

    public async Task ExecuteAsync(string command, params object[] arguments)
    {
        using var connection = await MessagingRedis.ConnectAsync(redis, 0);
        await connection.GetDatabase().ExecuteAsync(command, arguments);
    }

    /// <summary>Ids of the events that an application got.</summary>
    public static JsonArray Ids(RecordingApp app) => MessagingLists.Of(app.Calls.SelectMany(c => c.EventIds));

    public Task<bool> UntilAsync(Func<bool> isTrue, double seconds = 10) => MessagingWaits.UntilAsync(isTrue, TimeSpan.FromSeconds(seconds), cancellationToken);
}
