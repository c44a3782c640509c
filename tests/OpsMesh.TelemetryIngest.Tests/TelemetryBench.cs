using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpsMesh.Contracts.Telemetry.V1;
using OpsMesh.Hosting;
using OpsMesh.TelemetryIngest.Flushing;
using OpsMesh.TelemetryIngest.Intake;
using OpsMesh.TelemetryIngest.Queries;
using OpsMesh.TelemetryIngest.Storage;

namespace OpsMesh.TelemetryIngest;

/// <summary>Intake, flusher and queries on real SQLite; only the registry's documents are a fake.</summary>
internal sealed class TelemetryBench : IAsyncDisposable
{
    public const string NodeId = "01890000-0000-7000-8000-000000000001";

    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly string _folder = Directory.CreateTempSubdirectory("opsmesh-samples-").FullName;
    private readonly BatchFlusher _flusher;

    public TelemetryBench()
    {
        var flush = Options.Create(new FlushOptions { MaxDelay = TimeSpan.FromMilliseconds(1) });
        var meters = _meters.GetRequiredService<IMeterFactory>();
        Database = new SampleDatabase(Path.Combine(_folder, "samples.db"));
        Latest = LatestSamples.Load(Database);
        Store = new SqliteSampleStore(Database, Latest);
        var queue = new BatchQueue(flush);
        _flusher = new BatchFlusher(
            queue, Store, new Dependencies(meters), flush, TimeProvider.System, NullLogger<BatchFlusher>.Instance);
        Report = new ReportMetricsHandler(queue, new IntakeMetrics(meters), Options.Create(new IntakeOptions()), TimeProvider.System);
        Queries = new MetricQueriesHandler(new SampleReader(Database), Latest, Nodes, TimeProvider.System);
    }

    public SampleDatabase Database { get; }

    public LatestSamples Latest { get; }

    public SqliteSampleStore Store { get; }

    public FakeCatalog Nodes { get; } = new();

    public ReportMetricsHandler Report { get; }

    public MetricQueriesHandler Queries { get; }

    public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public static Metric Cpu(long time, double total) => new() { Type = "cpu", Timestamp = time, Values = { ["total"] = total } };

    public async Task<TelemetryBench> StartAsync()
    {
        await _flusher.StartAsync(TestEnd);
        return this;
    }

    public Task<Outcome<ReportMetricsResponse>> SendAsync(ulong seq, params IEnumerable<Metric> metrics)
    {
        var request = new ReportMetricsRequest { NodeId = NodeId, DaemonEpoch = 1, BatchSeq = seq, Metrics = { metrics } };
        return Report.HandleAsync(NodeId, request, TestEnd);
    }

    public async ValueTask DisposeAsync()
    {
        await _flusher.StopAsync(CancellationToken.None);
        _flusher.Dispose();
        Database.Dispose();
        await _meters.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

internal sealed class FakeCatalog : INodeCatalog
{
    /// <summary>Null: the state store is down.</summary>
    public bool? Exists { get; set; } = false;

    public Task<bool?> ExistsAsync(string nodeId, CancellationToken cancellationToken) => Task.FromResult(Exists);
}
