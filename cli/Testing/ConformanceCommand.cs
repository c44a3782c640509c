using System.CommandLine;

namespace OpsMesh.Cli.Testing;

internal static class ConformanceCommand
{
    public static Command Create()
    {
        var area = new Option<string?>("--area") { Description = "Only cases whose name or area holds this text, such as state or pubsub/publish.", HelpName = "TEXT" };
        var all = new Option<bool>("--all") { Description = "Also cases that took daprd more than 4 s." };
        var json = new Option<bool>("--json") { Description = "Every case with its class and differences, as JSON." };
        var dapr = new Command("dapr", "Replays what a real daprd 1.18.3 answered against the sidecar: a table per area, and what differs.") { area, all, json };
        dapr.SetAction((parsed, cancellationToken) =>
            new ConformanceRunner(parsed.GetValue(area), parsed.GetValue(all), TimeProvider.System).RunAsync(parsed.GetValue(json), cancellationToken));
        return new Command("conformance", "Compares with the software that this one stands in for.") { dapr };
    }
}
