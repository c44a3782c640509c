using Grpc.Core;
using OpsMesh.Contracts.Telemetry.V1;
using OpsMesh.Testing;

namespace OpsMesh.TelemetryIngest;

/// <summary>telemetry-ingest as it runs: a process of its own, a sidecar, mutual TLS.</summary>
public sealed class TelemetryProcessTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2), TimeProvider.System);
    private readonly TestMesh _mesh = new();
    private readonly TestApp _app = new("telemetry-ingest", TestPorts.Next());
    private readonly TestService _service;
    private TestSidecar? _sidecar;

    public TelemetryProcessTests() => _service = new TestService("OpsMesh.TelemetryIngest", _app, _mesh);

    public async ValueTask InitializeAsync()
    {
        _sidecar = await TestSidecar.StartAsync([_app], _limit.Token);
        await _service.StartAsync(_limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        if (_sidecar is not null)
        {
            await _sidecar.DisposeAsync();
        }

        _mesh.Dispose();
        _limit.Dispose();
    }

    [Fact]
    public async Task AckedBatch_SurvivesAKillAndIsStoredOnce()
    {
        using var nodeChannel = _service.Channel(_mesh.Node(TelemetryBench.NodeId), _mesh);
        var node = new TelemetryService.TelemetryServiceClient(nodeChannel);
        using var peerChannel = _service.Channel(_mesh.Service("registry"), _mesh);
        var metrics = new MetricsService.MetricsServiceClient(peerChannel);
        var batch = new ReportMetricsRequest
        {
            NodeId = TelemetryBench.NodeId,
            DaemonEpoch = 1,
            BatchSeq = 1,
            Metrics = { TelemetryBench.Cpu(TelemetryBench.Now, 50), TelemetryBench.Cpu(TelemetryBench.Now, double.NaN) },
        };
        var first = await node.ReportMetricsAsync(batch, cancellationToken: _limit.Token);
        Assert.Equal(Reasons.OutOfRange, Assert.Single(first.Rejected).Reason);

        await _service.Process.KillAsync(_limit.Token);
        await _service.StartAsync(_limit.Token);

        var again = await node.ReportMetricsAsync(batch, cancellationToken: _limit.Token);
        Assert.Equal(1ul, again.AckedThroughSeq);
        var query = new QueryMetricsRequest { NodeId = TelemetryBench.NodeId, Type = "cpu", ValueName = "total" };
        var answer = await metrics.QueryMetricsAsync(query, cancellationToken: _limit.Token);
        Assert.Equal(50, Assert.Single(Assert.Single(answer.Series).Points).Value);
        Assert.Single((await metrics.LatestMetricsAsync(new LatestMetricsRequest(), cancellationToken: _limit.Token)).Metrics);

        query.NodeId = "01890000-0000-7000-8000-000000000009";
        var unknown = await Assert.ThrowsAsync<RpcException>(() => metrics.QueryMetricsAsync(query, cancellationToken: _limit.Token).ResponseAsync);
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(0, await _service.Process.StopAsync());
        Assert.DoesNotContain("\"level\":\"error\"", _service.Process.Output, StringComparison.Ordinal);
    }
}
