using System.Diagnostics.Metrics;

namespace OpsMesh.Access;

internal sealed class AccessMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _refused = meters.Create("OpsMesh.Access").CreateCounter<long>(
        "opsmesh.access.refused", "{call}", "Calls and streamed messages that a policy refused.");

    public void Refused(string method, string reason) =>
        _refused.Add(1, new KeyValuePair<string, object?>("rpc.method", method), new KeyValuePair<string, object?>("reason", reason));
}
