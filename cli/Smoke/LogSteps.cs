using System.Text.Json;
using OpsMesh.Cli.Local;

namespace OpsMesh.Cli.Smoke;

/// <summary>The three ways to a log: a page, a filter that the node runs, a stream.</summary>
internal sealed class LogSteps(SmokeMesh mesh, Poll poll)
{
    private const int Wanted = 20;
    private const int Followed = 12;

    private string Logs => $"nodes/{mesh.NodeIds.Of("node-2")}/agents/chat/logs";

    public async Task<object> ReadAsync()
    {
        var page = new List<long>();
        await poll.UntilAsync(async () =>
        {
            page = NumberedLines.Read((await mesh.Client.GetAsync($"{Logs}?lines={Wanted}", poll.CancellationToken)).Items("lines"));
            return page.Count == Wanted ? "" : $"{page.Count} of {Wanted} lines";
        });
        NumberedLines.MustBeWhole(page, "page");

        var filtered = (await mesh.Client.GetAsync($"{Logs}?lines=5&contains=WARN", poll.CancellationToken)).Items("lines").ToList();
        if (filtered.Count == 0 || filtered.Exists(l => !l.Text("text").Contains(" WARN ", StringComparison.Ordinal)))
        {
            throw new SmokeException($"the filter let through: {string.Join(" | ", filtered.Select(l => l.Text("text")))}");
        }

        var followed = await FollowAsync();
        NumberedLines.MustBeWhole(followed, "stream");
        return followed[^1] > page[^1]
            ? new { read = page.Count, filtered = filtered.Count, followed = followed.Count, last_line = followed[^1] }
            : throw new SmokeException($"the stream ended at line {followed[^1]}, before the page's {page[^1]}");
    }

    private async Task<List<long>> FollowAsync()
    {
        using var limit = new CancellationTokenSource(Poll.Usual, poll.Clock);
        using var due = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, poll.CancellationToken);
        using var answer = await mesh.Client.SendAsync(HttpMethod.Get, $"{Logs}:follow?tail=2&follow=true", body: null, due.Token);
        answer.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(due.Token));
        var lines = new List<JsonElement>();
        var kind = "";
        try
        {
            while (lines.Count < Followed && await reader.ReadLineAsync(due.Token) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                {
                    kind = line["event: ".Length..];
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    var data = JsonElement.Parse(line["data: ".Length..]);
                    lines.AddRange(kind == "message" && data.TryGetProperty("batch", out var batch) ? batch.Items("lines") : throw new SmokeException($"the stream said {kind}: {data}"));
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new SmokeException($"the stream brought {lines.Count} lines in {Poll.Usual.TotalSeconds:0} s");
        }

        return NumberedLines.Read(lines);
    }
}
