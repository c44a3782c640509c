extern alias sidecar;

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using OpsMesh.Testing;
using Run = sidecar::OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>Replays what a real daprd answered for state.in-memory and state.sqlite.</summary>
public sealed class StateConformanceTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Find(), "tests", "Conformance");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryRecordedCase_IsAnsweredAlikeOrIsAKnownDifference()
    {
        var known = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "state-differences.json"), Cancellation))!.AsObject();
        var cases = RecordedCase.Read(Path.Combine(Folder, "recorded", "state.jsonl")).Where(IsInScope).ToArray();
        var data = Directory.CreateTempSubdirectory("conformance-").FullName;
        ConcurrentQueue<string> surprises = [];
        var passed = 0;
        foreach (var group in cases.GroupBy(c => c.Setup))
        {
            await using var app = Run.SidecarHost.Build(Plan(group.Key, data, out var http, out var grpc), TimeProvider.System, b => b.Logging.ClearProviders());
            await app.StartAsync(Cancellation);
            // Tests of traces run in this process too; what they switch on must not add headers here.
            using var handler = new SocketsHttpHandler { ActivityHeadersPropagator = null };
            using var client = new HttpClient(handler, disposeHandler: false) { BaseAddress = new Uri($"http://127.0.0.1:{http}/") };
            using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{grpc}", new GrpcChannelOptions { HttpHandler = handler, MaxReceiveMessageSize = null });
            var replayer = new Replayer(client, new GrpcReplay(channel.CreateCallInvoker()));
            // In order, because some read what others wrote; those that wait for a time to live side by side.
            foreach (var recorded in group.Where(c => !Waits(c)))
            {
                await PlayAsync(recorded, Cancellation);
            }

            await Parallel.ForEachAsync(group.Where(Waits), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Cancellation }, PlayAsync);

            async ValueTask PlayAsync(RecordedCase recorded, CancellationToken cancellationToken)
            {
                var differences = await replayer.PlayAsync(recorded, cancellationToken);
                Interlocked.Add(ref passed, differences.Count == 0 ? 1 : 0);
                if (differences.Count > 0 != known.ContainsKey(recorded.Name))
                {
                    surprises.Enqueue(differences.Count == 0 ? $"{recorded.Name}: answered as recorded, though listed" : $"{recorded.Name}: {differences[0]}");
                }
            }
        }

        Directory.Delete(data, recursive: true);
        TestContext.Current.TestOutputHelper?.WriteLine($"conformance: {cases.Length} cases, {passed} passed, {cases.Length - passed} differ");
        Assert.True(surprises.IsEmpty, string.Join('\n', surprises));
        Assert.True(cases.Length > 300, "The recordings are missing.");
    }

    private static bool Waits(RecordedCase recorded) => recorded.Steps.Any(s => s["do"]!.GetValue<string>() == "wait");

    /// <summary>Stores that this sidecar has; without steps that look into a store or wait for long.</summary>
    private static bool IsInScope(RecordedCase recorded) =>
        recorded.Setup is "all-stores" or "no-store"
        && recorded.Name.Split('/')[^1] is not ("pg1" or "pg2" or "redis")
        && recorded.Steps.All(s => s["do"]!.GetValue<string>() is "http" or "grpc" or "wait" or "sql")
        && recorded.Steps.All(s => s["request"]?["bodySize"] is null && !s.ToJsonString().Contains("\"__size\"", StringComparison.Ordinal))
        && recorded.Steps.Sum(s => s["ms"]?.GetValue<double>() ?? 0) < 4_000;

    private static Run.SidecarPlan Plan(string setup, string data, out int http, out int grpc)
    {
        (http, grpc) = (TestPorts.Next(), TestPorts.Next());
        var resources = Directory.CreateDirectory(Path.Combine(data, setup)).FullName;
        var all = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "recorded", "state-setups.json")))!;
        foreach (var (name, yaml) in all[setup]!["resources"]!.AsObject())
        {
            var text = yaml!.GetValue<string>();
            if (text.Contains("in-memory", StringComparison.Ordinal) || text.Contains("state.sqlite", StringComparison.Ordinal))
            {
                File.WriteAllText(Path.Combine(resources, name + ".yaml"), text.Replace("<dir>", data, StringComparison.Ordinal));
            }
        }

        return new Run.SidecarPlan([resources], data, null, [new Run.AppPlan("rec-a", null, Run.AppProtocol.Http, http, grpc, null, null)]);
    }
}
