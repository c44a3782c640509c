using System.Diagnostics;

namespace OpsMesh.Telemetry;

public sealed class LastTraceparentPropagatorTests
{
    private const string First = "00-11111111111111111111111111111111-1111111111111111-01";
    private const string Last = "00-22222222222222222222222222222222-2222222222222222-01";

    [Theory]
    [InlineData(First, First)]
    [InlineData(First + "," + Last, Last)]
    [InlineData(First + ", " + Last, Last)]
    [InlineData(null, null)]
    public void LastOfSeveral_Counts(string? header, string? expected)
    {
        var propagator = new LastTraceparentPropagator(DistributedContextPropagator.CreateDefaultPropagator());

        propagator.ExtractTraceIdAndState(
            header,
            (object? carrier, string name, out string? value, out IEnumerable<string>? values) =>
            {
                (value, values) = (name == "traceparent" ? (string?)carrier : null, null);
            },
            out var traceId,
            out _);

        Assert.Equal(expected, traceId);
    }
}
