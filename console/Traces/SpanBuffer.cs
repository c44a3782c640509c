namespace OpsMesh.Console.Traces;

/// <summary>The last 50,000 spans, by arrival; the oldest give way. Enough for a local run; a backend keeps more.</summary>
internal sealed class SpanBuffer(int capacity = SpanBuffer.Capacity)
{
    public const int Capacity = 50_000;

    private readonly Lock _gate = new();
    private readonly SpanRecord?[] _ring = new SpanRecord?[capacity];
    private readonly Dictionary<string, Dictionary<string, SpanRecord>> _byTrace = new(StringComparer.Ordinal);
    private long _next;

    public void Add(IEnumerable<SpanRecord> spans)
    {
        lock (_gate)
        {
            foreach (var span in spans)
            {
                AddUnderLock(span);
            }
        }
    }

    /// <returns>Ordered by start; empty when nothing of the trace is here.</returns>
    public IReadOnlyList<SpanRecord> Trace(string traceId)
    {
        lock (_gate)
        {
            return _byTrace.TryGetValue(traceId, out var spans) ? [.. spans.Values.OrderBy(span => span.StartNano)] : [];
        }
    }

    /// <summary>Traces of which a span arrived last, newest first.</summary>
    public IReadOnlyList<IReadOnlyList<SpanRecord>> Latest(int limit)
    {
        lock (_gate)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var latest = new List<IReadOnlyList<SpanRecord>>();
            for (var i = _next - 1; i >= Math.Max(0, _next - capacity) && latest.Count < limit; i--)
            {
                var trace = _ring[i % capacity]!.TraceId;
                if (seen.Add(trace))
                {
                    latest.Add([.. _byTrace[trace].Values.OrderBy(span => span.StartNano)]);
                }
            }

            return latest;
        }
    }

    private void AddUnderLock(SpanRecord span)
    {
        System.Diagnostics.Debug.Assert(_gate.IsHeldByCurrentThread);
        if (!_byTrace.TryGetValue(span.TraceId, out var spans))
        {
            _byTrace[span.TraceId] = spans = new Dictionary<string, SpanRecord>(StringComparer.Ordinal);
        }

        // An exporter that saw no answer sends its batch again.
        if (!spans.TryAdd(span.SpanId, span))
        {
            return;
        }

        var place = _next++ % capacity;
        if (_ring[place] is { } oldest)
        {
            RemoveUnderLock(oldest);
        }

        _ring[place] = span;
    }

    private void RemoveUnderLock(SpanRecord span)
    {
        var spans = _byTrace[span.TraceId];
        spans.Remove(span.SpanId);
        if (spans.Count == 0)
        {
            _byTrace.Remove(span.TraceId);
        }
    }
}
