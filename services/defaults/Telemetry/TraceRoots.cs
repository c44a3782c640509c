using System.Diagnostics;
using OpenTelemetry.Trace;

namespace OpsMesh.Telemetry;

/// <summary>
/// Which new traces are recorded. One that would begin with an outgoing call is not: it is a poll, a heartbeat or a renewal, and there
/// are many each second. Its context is still sent, so that nobody behind it begins a trace either. Work that begins in this process
/// and is worth a trace starts an activity of its own first.
/// </summary>
internal sealed class TraceRoots(double ratio) : Sampler
{
    private readonly TraceIdRatioBasedSampler _ratio = new(ratio);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.Kind == ActivityKind.Client ? new SamplingResult(SamplingDecision.Drop) : _ratio.ShouldSample(samplingParameters);
}
