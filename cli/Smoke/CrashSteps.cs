using System.Text.Json;
using OpsMesh.Cli.Local;

namespace OpsMesh.Cli.Smoke;

/// <summary>A daemon dies in the middle of its work: its programs must not notice, nor their logs.</summary>
internal sealed class CrashSteps(SmokeMesh mesh, Poll poll)
{
    private const string NodeName = "node-3";
    private const int MostLines = 1000;

    private string Node => mesh.NodeIds.Of(NodeName);

    public async Task<object> KillAsync()
    {
        var before = await PidsAsync();
        var daemon = mesh.Record(NodeName);
        var epoch = await DaemonEpochAsync();
        var lastBefore = (await NumbersAsync())[^1];
        daemon.Stamp.Signal(Posix.KillNow);

        await poll.UntilAsync(async () =>
        {
            var now = RunRecord.Read(mesh.Layout.RunFile(NodeName));
            if (now is null || now.Pid == daemon.Pid)
            {
                return "the daemon is not back";
            }

            return await DaemonEpochAsync() > epoch ? "" : "the daemon is back and has not registered";
        });
        await poll.UntilAsync(async () =>
        {
            var after = await PidsAsync();
            return before.SequenceEqual(after) ? "" : $"agents were {string.Join(", ", before)} and are {string.Join(", ", after)}";
        });

        var numbers = new List<long>();
        await poll.UntilAsync(async () =>
        {
            numbers = await NumbersAsync();
            // Lines from well before the death to well after it.
            return numbers.Count > 0 && numbers[^1] > lastBefore + 10 ? "" : $"the log ends at line {(numbers.Count > 0 ? numbers[^1] : 0)}; before the kill it ended at {lastBefore}";
        });
        NumberedLines.MustBeWhole(numbers, "log over the daemon's death");
        return numbers[0] <= lastBefore
            ? new { killed = daemon.Pid, back_as = mesh.Record(NodeName).Pid, agents = before, lines = $"{numbers[0]}..{numbers[^1]}", line_at_kill = lastBefore }
            : throw new SmokeException($"the log begins at line {numbers[0]}, after the kill at {lastBefore}");
    }

    private async Task<List<string>> PidsAsync() =>
        [.. (await mesh.Client.GetAsync($"nodes/{Node}/agents", poll.CancellationToken)).Items("agents").Select(a => $"{a.Text("id")}={a.Text("pid")} {a.Text("status")}").Order(StringComparer.Ordinal)];

    private async Task<long> DaemonEpochAsync()
    {
        var node = await mesh.Client.GetAsync($"nodes/{Node}", poll.CancellationToken);
        return node.TryGetProperty("node", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner.Number("daemon_epoch") : 0;
    }

    private async Task<List<long>> NumbersAsync() =>
        NumberedLines.Read((await mesh.Client.GetAsync($"nodes/{Node}/agents/chat/logs?lines={MostLines}", poll.CancellationToken)).Items("lines"));
}
