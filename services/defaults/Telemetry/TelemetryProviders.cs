using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OpsMesh.Telemetry;

/// <summary>
/// The OpenTelemetry SDK of this process. Registered before everything else that is hosted, so it starts first and stops last: spans
/// that end during the drain are still sent.
/// </summary>
internal sealed class TelemetryProviders : IHostedService, IDisposable
{
    private const int FlushMs = 3_000;
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "OpsMesh.*"];
    private static readonly string[] Meters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "Npgsql", "OpsMesh.*"];

    private readonly TracerProvider? _tracer;
    private readonly MeterProvider _meter;

    public TelemetryProviders(TelemetryOptions options, PrometheusPage page)
    {
        var resource = ResourceBuilder.CreateEmpty()
            .AddTelemetrySdk()
            .AddService(options.ServiceName, serviceInstanceId: options.InstanceId)
            .AddAttributes([new("process.pid", (long)Environment.ProcessId), .. options.Attributes]);
        _tracer = options is { OtlpEndpoint: { } traces, ExportTraces: true } ? BuildTracer(options, resource, new(traces, "v1/traces")) : null;
        _meter = BuildMeter(resource, page, options is { OtlpEndpoint: { } metrics, ExportMetrics: true } ? new(metrics, "v1/metrics") : null);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _tracer?.ForceFlush(FlushMs);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _tracer?.Dispose();
        _meter.Dispose();
    }

    private static TracerProvider BuildTracer(TelemetryOptions options, ResourceBuilder resource, Uri endpoint)
    {
        var exporter = new OtlpTraceExporter(Otlp(endpoint));
        return Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(Sources)
            .SetSampler(new ParentBasedSampler(new TraceRoots(options.SampleRatio)))
            .AddProcessor(new ClientSpanNames())
            .AddProcessor(new BatchActivityExportProcessor(exporter, scheduledDelayMilliseconds: (int)options.TraceDelay.TotalMilliseconds))
            .Build();
    }

    private static MeterProvider BuildMeter(ResourceBuilder resource, PrometheusPage page, Uri? endpoint)
    {
        var builder = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters).AddReader(page.Reader);
        if (endpoint is not null)
        {
            builder.AddReader(new PeriodicExportingMetricReader(new OtlpMetricExporter(Otlp(endpoint))));
        }

        return builder.Build();
    }

    private static OtlpExporterOptions Otlp(Uri endpoint) => new()
    {
        Protocol = OtlpExportProtocol.HttpProtobuf,
        Endpoint = endpoint,
        TimeoutMilliseconds = 5_000,
    };
}
