using Grpc.Net.Client;
using OpsMesh.Contracts.Telemetry.V1;
using OpsMesh.EndToEnd.Mesh;
using OpsMesh.Identity;

namespace OpsMesh.EndToEnd.BadInput;

public sealed class BadMetricsTests(MeshFixture mesh)
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BadItems_AreNamedAndTheRestIsStored()
    {
        var node = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
        var identity = mesh.Issue(mesh.Authority.IssueNode(node));
        using var channel = GrpcChannel.ForAddress(mesh.NodePort(2), new() { HttpHandler = MeshHandlers.ForService(identity, "telemetry-ingest"), DisposeHttpClient = true });
        var telemetry = new TelemetryService.TelemetryServiceClient(channel);
        var now = TimeProvider.System.GetUtcNow();
        var request = new ReportMetricsRequest
        {
            NodeId = node,
            DaemonEpoch = 1,
            BatchSeq = 1,
            Metrics =
            {
                One("cpu", now, 12.5),
                One("cpu", now, double.NaN),
                One("cpu", now.AddMinutes(11), 1),
                One("cpu", now.AddDays(-8), 1),
                One("No Such Name", now, 1),
                One("cpu", now, double.PositiveInfinity),
            },
        };

        var answer = await telemetry.ReportMetricsAsync(request, cancellationToken: TestEnd);

        Assert.True(answer.Success);
        Assert.Equal(1ul, answer.AckedThroughSeq);
        Assert.Equal(
            [(1, "OUT_OF_RANGE"), (2, "TIME_OUT_OF_RANGE"), (3, "TIME_OUT_OF_RANGE"), (4, "NAME_CHARSET"), (5, "OUT_OF_RANGE")],
            answer.Rejected.Select(item => (item.Index, item.Reason)));
    }

    private static Metric One(string type, DateTimeOffset at, double value) => new() { Type = type, Timestamp = at.ToUnixTimeSeconds(), Values = { ["usage_percent"] = value } };
}
