namespace OpsMesh.Console.Traces;

public sealed class SpanBufferTests
{
    [Fact]
    public void FullBuffer_LetsTheOldestGo()
    {
        var buffer = new SpanBuffer(capacity: 3);

        buffer.Add([Span("a", "1"), Span("a", "2"), Span("b", "3"), Span("b", "4")]);

        Assert.Equal("2", Assert.Single(buffer.Trace("a")).SpanId);
        Assert.Equal(2, buffer.Trace("b").Count);
        Assert.Equal(["b", "a"], buffer.Latest(10).Select(trace => trace[0].TraceId));
    }

    [Fact]
    public void TraceWhoseSpansAreAllGone_IsForgotten()
    {
        var buffer = new SpanBuffer(capacity: 1);

        buffer.Add([Span("a", "1"), Span("b", "2")]);

        Assert.Empty(buffer.Trace("a"));
        Assert.Single(buffer.Latest(10));
    }

    [Fact]
    public void RepeatedExport_CountsOnce()
    {
        var buffer = new SpanBuffer(capacity: 2);

        buffer.Add([Span("a", "1"), Span("a", "1"), Span("a", "2")]);

        Assert.Equal(2, buffer.Trace("a").Count);
    }

    private static SpanRecord Span(string trace, string id) => new()
    {
        TraceId = trace,
        SpanId = id,
        ParentSpanId = "",
        Name = "n",
        Kind = "SERVER",
        Service = "s",
        Pid = 1,
        StartNano = 1,
        EndNano = 2,
        Status = "UNSET",
        StatusMessage = "",
        Attributes = new Dictionary<string, object?>(),
    };
}
