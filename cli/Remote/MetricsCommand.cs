using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace OpsMesh.Cli.Remote;

internal static class MetricsCommand
{
    private const int Columns = 72;
    private static readonly string[] Preferred = ["usage_percent", "used_percent", "cpu_percent", "used_bytes", "rss_bytes"];

    public static Command Create()
    {
        var options = new RemoteOptions();
        var metric = new Argument<string>("TYPE[.VALUE]") { Description = "cpu, memory, disk, network or agent:ID; with the name of one of its values, or its main one." };
        var last = Durations.Option("--last", "How far back: 90s, 5m, 1h30m, 2d. Default: 5m.");
        return options.Command(
            "metrics",
            "Plots what a node measured.",
            (client, parsed, cancellationToken) => RunAsync(
                client, parsed.GetValue(options.Node)!, parsed.GetValue(metric)!, parsed.GetValue(last) ?? TimeSpan.FromMinutes(5), parsed.GetValue(options.Json),
                parsed.InvocationConfiguration.Output, TimeProvider.System, cancellationToken),
            options.Node,
            metric,
            last);
    }

    internal static async Task<int> RunAsync(
        ConsoleClient client, string node, string metric, TimeSpan last, bool json, TextWriter output, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (type, values, value) = await FindAsync(client, node, metric, cancellationToken);
        var end = clock.GetUtcNow();
        var step = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(last.TotalSeconds / Columns)));
        var answer = await client.GetAsync(Query(node, type, value, end - last, end, step), cancellationToken);
        if (json)
        {
            output.WriteJson(answer);
            return ExitCodes.Ok;
        }

        var points = (answer["series"] as JsonArray ?? []).OfType<JsonObject>()
            .SelectMany(series => (series["points"] as JsonArray ?? []).OfType<JsonObject>())
            .Select(point => (At: DateTimeOffset.FromUnixTimeSeconds(long.Parse(point.Text("timestamp"), CultureInfo.InvariantCulture)), Value: Number(point["value"])))
            .ToList();
        await output.WriteLineAsync($"{VisibleText.Of(node)}  {type}.{value}  last {Words.Span(last)}, {Words.Span(step)} a column");
        if (points.Count == 0)
        {
            await output.WriteLineAsync("No samples in that time.");
            return ExitCodes.Ok;
        }

        Plot.Write(output, points, end - last, step, number => Words.Value(value, number));
        await output.WriteLineAsync(
            $"now {Words.Value(value, points[^1].Value)}  min {Words.Value(value, points.Min(point => point.Value))}  "
            + $"avg {Words.Value(value, points.Average(point => point.Value))}  max {Words.Value(value, points.Max(point => point.Value))}");
        await output.WriteLineAsync($"also: {string.Join(' ', values.Where(name => name != value).Select(name => $"{type}.{name}"))}".TrimEnd());
        return ExitCodes.Ok;
    }

    /// <summary>Types and values may both contain dots, so the newest samples decide where one ends.</summary>
    private static async Task<(string Type, IReadOnlyList<string> Values, string Value)> FindAsync(
        ConsoleClient client, string node, string metric, CancellationToken cancellationToken)
    {
        var latest = await client.GetAsync($"/metrics:latest?node_id={Uri.EscapeDataString(node)}", cancellationToken);
        var known = (latest["metrics"] as JsonArray ?? []).OfType<JsonObject>()
            .ToDictionary(item => item.Text("type"), item => (IReadOnlyList<string>)[.. (item["values"] as JsonObject ?? []).Select(pair => pair.Key).Order(StringComparer.Ordinal)], StringComparer.Ordinal);
        if (known.TryGetValue(metric, out var values) && values.Count > 0)
        {
            return (metric, values, Preferred.FirstOrDefault(values.Contains) ?? values[0]);
        }

        var ofType = "";
        for (var dot = metric.LastIndexOf('.'); dot > 0; dot = metric.LastIndexOf('.', dot - 1))
        {
            if (!known.TryGetValue(metric[..dot], out values))
            {
                continue;
            }

            if (values.Contains(metric[(dot + 1)..]))
            {
                return (metric[..dot], values, metric[(dot + 1)..]);
            }

            ofType = $"of {metric[..dot]} it has {string.Join(", ", values)}";
        }

        var choice = ofType.Length > 0 ? ofType : known.Count == 0 ? "it has sent no samples yet" : $"it has {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}";
        throw new CliException(ExitCodes.BadConfiguration, $"node {VisibleText.Of(node)} measures no '{VisibleText.Of(metric)}': {choice}");
    }

    private static string Query(string node, string type, string value, DateTimeOffset start, DateTimeOffset end, TimeSpan step)
    {
        static string Time(DateTimeOffset time) => Uri.EscapeDataString(time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"/metrics:query?node_id={Uri.EscapeDataString(node)}&type={Uri.EscapeDataString(type)}&value_name={Uri.EscapeDataString(value)}&start={Time(start)}&end={Time(end)}&step={(long)step.TotalSeconds}s");
    }

    private static double Number(JsonNode? node) =>
        double.TryParse(node?.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
}
