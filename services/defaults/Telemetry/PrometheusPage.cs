using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OpsMesh.Telemetry;

/// <summary>All metrics of this process in Prometheus' text format, collected when asked for.</summary>
internal sealed class PrometheusPage : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const int CollectLimitMs = 5_000;

    private readonly Lock _gate = new();
    private readonly PullExporter _exporter = new();

    public PrometheusPage() => Reader = new BaseExportingMetricReader(_exporter);

    public MetricReader Reader { get; }

    public string Render()
    {
        lock (_gate)
        {
            // By way of the exporter: the SDK refuses a pull that does not come from it.
            _exporter.Collect?.Invoke(CollectLimitMs);
            return _exporter.TakePage();
        }
    }

    public void Dispose()
    {
        Reader.Dispose();
        _exporter.Dispose();
    }

    [ExportModes(ExportModes.Pull)]
    private sealed class PullExporter : BaseExporter<Metric>, IPullMetricExporter
    {
        private string _page = "";

        public Func<int, bool>? Collect { get; set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            var text = new StringBuilder();
            foreach (var metric in batch)
            {
                PrometheusText.Append(text, metric);
            }

            _page = text.ToString();
            return ExportResult.Success;
        }

        public string TakePage()
        {
            var page = _page;
            _page = "";
            return page;
        }
    }
}
