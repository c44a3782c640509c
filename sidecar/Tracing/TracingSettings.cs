using System.Globalization;
using OpsMesh.Yaml;

namespace OpsMesh.Sidecar.Tracing;

/// <summary>What a Configuration says of traces.</summary>
/// <param name="SamplingRate">Share of the traces that begin here and are recorded; null: not said.</param>
internal sealed record TracingSettings(double? SamplingRate)
{
    /// <summary>Nothing is recorded, and no trace header added.</summary>
    public bool IsOff => SamplingRate == 0;

    public static TracingSettings Read(YamlMap map)
    {
        map.RejectUnknown("samplingRate", "stdout", "zipkin", "otel");
        if (map.Optional("samplingRate") is not { } rate || rate.AsString().Length == 0)
        {
            return new TracingSettings(SamplingRate: null);
        }

        return double.TryParse(rate.AsString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1
            ? new TracingSettings(share)
            : throw rate.Error("is no share from 0 to 1");
    }
}
