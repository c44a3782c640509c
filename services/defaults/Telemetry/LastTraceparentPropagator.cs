using System.Diagnostics;

namespace OpsMesh.Telemetry;

/// <summary>
/// daprd's gRPC proxy keeps the traceparent it was given and appends its own. ASP.NET joins the two with a comma, reads neither and
/// would begin a new trace; the last one is the hop that called us.
/// </summary>
internal sealed class LastTraceparentPropagator(DistributedContextPropagator inner) : DistributedContextPropagator
{
    private const string TraceParent = "traceparent";

    public override IReadOnlyCollection<string> Fields => inner.Fields;

    /// <summary>Makes it the propagator of this process, once.</summary>
    public static void Install()
    {
        if (Current is not LastTraceparentPropagator)
        {
            Current = new LastTraceparentPropagator(CreateDefaultPropagator());
        }
    }

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) => inner.Inject(activity, carrier, setter);

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        inner.ExtractTraceIdAndState(carrier, getter is null ? null : Last(getter), out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) =>
        inner.ExtractBaggage(carrier, getter);

    private static PropagatorGetterCallback Last(PropagatorGetterCallback getter) =>
        (object? carrier, string name, out string? value, out IEnumerable<string>? values) =>
        {
            getter(carrier, name, out value, out values);
            if (name == TraceParent)
            {
                value = (values?.LastOrDefault() ?? value)?.Split(',')[^1].Trim();
                values = null;
            }
        };
}
