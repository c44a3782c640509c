using System.Globalization;
using Microsoft.Extensions.Configuration;
using OpsMesh.Hosting;

namespace OpsMesh.Telemetry;

/// <summary>What a process tells about itself, and where to.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Resource attribute service.name; the Dapr app-id for services.</summary>
    public required string ServiceName { get; init; }

    /// <summary>Resource attribute service.instance.id; a new one for each start unless given.</summary>
    public string InstanceId { get; init; } = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();

    /// <summary>Further resource attributes, such as the node that a daemon runs on.</summary>
    public IReadOnlyDictionary<string, object> Attributes { get; init; } = new Dictionary<string, object>();

    /// <summary>Base URL of an OTLP/HTTP receiver, without /v1/traces. Null exports nothing.</summary>
    public Uri? OtlpEndpoint { get; init; }

    public bool ExportTraces { get; init; } = true;

    public bool ExportMetrics { get; init; } = true;

    /// <summary>Share of new traces that are recorded, 0..1; traces begun elsewhere follow their parent.</summary>
    public double SampleRatio { get; init; } = 1;

    /// <summary>How long a finished span may wait for its batch. Default 1 s: people wait for the waterfall.</summary>
    public TimeSpan TraceDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Reads the standard OTEL_ variables, as every SDK does.</summary>
    /// <exception cref="StartupException">A value cannot be read.</exception>
    public static TelemetryOptions From(IConfiguration configuration, string serviceName) => new()
    {
        ServiceName = configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? name : serviceName,
        OtlpEndpoint = Endpoint(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]),
        ExportTraces = configuration["OTEL_TRACES_EXPORTER"] != "none",
        ExportMetrics = configuration["OTEL_METRICS_EXPORTER"] != "none",
        SampleRatio = Ratio(configuration["Telemetry:SampleRatio"], DevMode.IsOn(configuration) ? 1 : 0.1),
    };

    private static Uri? Endpoint(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new StartupException($"OTEL_EXPORTER_OTLP_ENDPOINT is '{text}'; it must be an http or https URL");
    }

    private static double Ratio(string? text, double fallback)
    {
        if (string.IsNullOrEmpty(text))
        {
            return fallback;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1
            ? ratio
            : throw new StartupException($"configuration 'Telemetry:SampleRatio' is '{text}'; it must be between 0 and 1");
    }
}
