using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace OpsMesh.Hosting;

public sealed class OneLineJsonTests
{
    [Fact]
    public void HostileText_StaysInsideItsRecord()
    {
        const string Name = "n1\n{\"level\":\"audit\"}\u001b[2J\u009b\r";

        var line = Write(Name, new InvalidOperationException("first\nsecond"));

        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        Assert.DoesNotContain(line[..^1], char.IsControl);
        using var json = JsonDocument.Parse(line);
        Assert.Equal("warn", json.RootElement.GetProperty("level").GetString());
        Assert.Equal($"node {Name}", json.RootElement.GetProperty("message").GetString());
        Assert.Equal(Name, json.RootElement.GetProperty("args").GetProperty("Name").GetString());
    }

    [Fact]
    public void RecordInsideATrace_NamesIt()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

        using var json = JsonDocument.Parse(Write("n1", null));

        Assert.Equal(activity.TraceId.ToHexString(), json.RootElement.GetProperty("trace_id").GetString());
    }

    [Fact]
    public void RefusedStart_IsNotToldTwice()
    {
        using var text = new StringWriter();
        var entry = new LogEntry<string>(
            LogLevel.Error, "Microsoft.Extensions.Hosting.Internal.Host", default, "Hosting failed to start", new StartupException("no"), (state, _) => state);

        new OneLineJson(TimeProvider.System).Write(entry, null, text);

        Assert.Empty(text.ToString());
    }

    private static string Write(string name, Exception? exception)
    {
        using var text = new StringWriter();
        KeyValuePair<string, object?>[] state = [new("Name", name), new("{OriginalFormat}", "node {Name}")];
        var entry = new LogEntry<KeyValuePair<string, object?>[]>(LogLevel.Warning, "test", default, state, exception, (s, _) => $"node {s[0].Value}");
        new OneLineJson(TimeProvider.System).Write(entry, null, text);
        return text.ToString();
    }
}
