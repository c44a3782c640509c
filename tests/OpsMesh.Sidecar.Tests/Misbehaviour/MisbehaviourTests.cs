extern alias sidecar;

using System.Net;
using System.Net.Http.Headers;
using OpsMesh.Sidecar.Tests.Conformance;
using OpsMesh.Sidecar.Tests.Conformance.Messaging;
using PlanException = sidecar::OpsMesh.Sidecar.Hosting.PlanException;
using StreamReader = OpsMesh.Sidecar.Tests.Conformance.Messaging.StreamReader;

namespace OpsMesh.Sidecar.Tests.Misbehaviour;

/// <summary>Each way in which a test can have components go wrong.</summary>
public sealed class MisbehaviourTests : IAsyncLifetime
{
    private const string Topic = "t";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ReplayFolder _folder = new();
    private ReplaySidecar _sidecar = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.Path, "misbehaviour.json");

    public async ValueTask InitializeAsync() => _sidecar = await ReplaySidecar.StartAsync(Setup(), Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _sidecar.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task NoFile_EverythingGoesAsItShould()
    {
        await using var stream = await StreamReader.OpenAsync(_sidecar, "mem", Topic, raw: false, Cancellation);

        Assert.Equal(HttpStatusCode.NoContent, await PublishAsync("a"));
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync("k", 1));
        Assert.Equal(["a"], await ArrivedAsync(stream, 1));
    }

    [Fact]
    public async Task Duplicate_EventArrivesTwice()
    {
        Write("""[{"on":"publish","do":"duplicate","component":"mem","every":2}]""");
        await using var stream = await StreamReader.OpenAsync(_sidecar, "mem", Topic, raw: false, Cancellation);

        await PublishAsync("a");
        await PublishAsync("b");

        Assert.Equal(["a", "b", "b"], await ArrivedAsync(stream, 3));
    }

    [Fact]
    public async Task Reorder_EventArrivesBehindTheNext()
    {
        Write("""[{"on":"publish","do":"reorder","times":1,"delay":"5s"}]""");
        await using var stream = await StreamReader.OpenAsync(_sidecar, "mem", Topic, raw: false, Cancellation);

        await PublishAsync("a");
        await PublishAsync("b");

        Assert.Equal(["b", "a"], await ArrivedAsync(stream, 2));
    }

    [Fact]
    public async Task ReorderWithNoNextEvent_EventArrivesAfterTheDelay()
    {
        Write("""[{"on":"publish","do":"reorder","delay":"50ms"}]""");
        await using var stream = await StreamReader.OpenAsync(_sidecar, "mem", Topic, raw: false, Cancellation);

        await PublishAsync("a");

        Assert.Equal(["a"], await ArrivedAsync(stream, 1));
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("write")]
    [InlineData("read")]
    public async Task Delay_CallTakesLonger(string on)
    {
        Write($$"""[{"on":"{{on}}","do":"delay","delay":"300ms"}]""");
        var since = TimeProvider.System.GetTimestamp();

        var status = on switch
        {
            "publish" => await PublishAsync("a"),
            "write" => await SaveAsync("k", 1),
            _ => (await ReadAsync("k")).Status,
        };

        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.InRange(TimeProvider.System.GetElapsedTime(since).TotalMilliseconds, 290, 10_000);
    }

    [Fact]
    public async Task Error_CallFailsAndHasNoEffect()
    {
        Write("""[{"on":"publish","do":"error"},{"on":"write","do":"error","times":1},{"on":"read","do":"error","times":1}]""");
        await using var stream = await StreamReader.OpenAsync(_sidecar, "mem", Topic, raw: false, Cancellation);

        Assert.Equal(HttpStatusCode.InternalServerError, await PublishAsync("a"));
        Assert.Equal(HttpStatusCode.InternalServerError, await SaveAsync("k", 1));
        Assert.Equal(HttpStatusCode.InternalServerError, (await ReadAsync("k")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await ReadAsync("k")).Status);
        Assert.Empty(await ArrivedAsync(stream, 0));
    }

    [Fact]
    public async Task DropAfterAck_AcknowledgedAndGone()
    {
        Write("""[{"on":"publish","do":"drop-after-ack","times":1},{"on":"write","do":"drop-after-ack","times":1}]""");
        await using var stream = await StreamReader.OpenAsync(_sidecar, "mem", Topic, raw: false, Cancellation);

        Assert.Equal(HttpStatusCode.NoContent, await PublishAsync("a"));
        Assert.Equal(HttpStatusCode.NoContent, await PublishAsync("b"));
        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync("k", 1));
        Assert.Equal(HttpStatusCode.NoContent, (await ReadAsync("k")).Status);
        Assert.Equal(["b"], await ArrivedAsync(stream, 1));
    }

    [Fact]
    public async Task DuplicateOfAConditionalWrite_SecondIsRefused()
    {
        Write("""[{"on":"write","do":"duplicate"}]""");

        var status = await PostAsync("v1.0/state/lite", """[{"key":"k","value":1,"options":{"concurrency":"first-write"}}]""");

        Assert.NotEqual(HttpStatusCode.NoContent, status);
        Assert.Equal("1", (await ReadAsync("k")).Body);
    }

    [Fact]
    public async Task Die_CallIsDoneAndNobodyIsTold()
    {
        Write("""[{"on":"write","do":"die"}]""");
        await using (var dying = await ReplaySidecar.StartProcessAsync(Setup(), Cancellation))
        {
            using var content = Json("""[{"key":"k","value":1}]""");
            await Assert.ThrowsAsync<HttpRequestException>(() => dying.Http.PostAsync(new Uri("v1.0/state/lite", UriKind.Relative), content, Cancellation));
            Assert.Equal(128 + 9, await dying.Process!.EndAsync(Cancellation));
        }

        Assert.Equal("1", (await ReadAsync("k")).Body);
    }

    [Fact]
    public async Task FileThatChanges_IsReadAgain()
    {
        Write("""[{"on":"write","do":"error"}]""");
        Assert.Equal(HttpStatusCode.InternalServerError, await SaveAsync("k", 1));

        Write("[]");

        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync("k", 1));
    }

    [Fact]
    public async Task FileThatCannotBeUsed_LeavesTheRulesBefore()
    {
        Write("""[{"on":"write","do":"error"}]""");
        Assert.Equal(HttpStatusCode.InternalServerError, await SaveAsync("k", 1));

        Write("""[{"on":"write","do":"explode"}]""");

        Assert.Equal(HttpStatusCode.InternalServerError, await SaveAsync("k", 1));
    }

    [Theory]
    [InlineData("""[{"on":"write","do":"explode"}]""", "do")]
    [InlineData("""[{"on":"write","do":"reorder"}]""", "Reorder has no meaning for Write")]
    [InlineData("""[{"on":"read","do":"duplicate"}]""", "Duplicate has no meaning for Read")]
    [InlineData("""[{"on":"write","do":"error","every":0}]""", "every")]
    [InlineData("""[{"on":"write","do":"delay","delay":"soon"}]""", "'soon' is no duration")]
    [InlineData("""[{"on":"write","do":"error","sometimes":true}]""", "sometimes")]
    public async Task BadRuleAtStart_IsRefusedByName(string rules, string named)
    {
        Write(rules);

        var refusal = await Assert.ThrowsAsync<PlanException>(() => ReplaySidecar.StartAsync(Setup(), Cancellation));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("misbehaviour.json", refusal.Message, StringComparison.Ordinal);
    }

    private static StringContent Json(string text) => new(text, new MediaTypeHeaderValue("application/json"));

    private SidecarSetup Setup() => new("misbehaving", _folder.Path)
    {
        Resources = new Dictionary<string, string>
        {
            ["mem"] = MessagingYaml.InMemory("mem"),
            ["lite"] = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: lite }\nspec: { type: state.sqlite, version: v1, metadata: [{ name: connectionString, value: \"<dir>/state.db\" }] }\n",
        },
        Args = ["--misbehaviour", File],
    };

    private void Write(string rules) => System.IO.File.WriteAllText(File, rules);

    private Task<HttpStatusCode> PublishAsync(string id) => PostAsync($"v1.0/publish/mem/{Topic}?metadata.cloudevent.id={id}", "1");

    private Task<HttpStatusCode> SaveAsync(string key, int value) => PostAsync("v1.0/state/lite", $$"""[{"key":"{{key}}","value":{{value}}}]""");

    private async Task<HttpStatusCode> PostAsync(string path, string body)
    {
        using var content = Json(body);
        using var answer = await _sidecar.Http.PostAsync(new Uri(path, UriKind.Relative), content, Cancellation);
        return answer.StatusCode;
    }

    private async Task<(HttpStatusCode Status, string Body)> ReadAsync(string key)
    {
        using var answer = await _sidecar.Http.GetAsync(new Uri($"v1.0/state/lite/{key}", UriKind.Relative), Cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    /// <summary>The ids that came, once there are so many and no more seem to come.</summary>
    private static async Task<string[]> ArrivedAsync(StreamReader stream, int count)
    {
        await MessagingWaits.UntilAsync(() => stream.Events.Count >= count, Patience, Cancellation);
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancellation);
        return [.. stream.Events.Select(e => e["id"]!.GetValue<string>())];
    }
}
