using Google.Protobuf;
using Google.Protobuf.Collections;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace OpsMesh.Console.Traces;

/// <summary>From OTLP's messages to our records.</summary>
internal static class OtlpSpans
{
    /// <returns>Only spans with ids of the right length; the second value counts the others.</returns>
    public static (IReadOnlyList<SpanRecord> Spans, int Rejected) Read(ExportTraceServiceRequest request)
    {
        var spans = new List<SpanRecord>();
        var rejected = 0;
        foreach (var resource in request.ResourceSpans)
        {
            var attributes = resource.Resource?.Attributes ?? [];
            var service = Find(attributes, "service.name")?.StringValue is { Length: > 0 } name ? name : "unknown";
            var pid = Find(attributes, "process.pid") is { ValueCase: AnyValue.ValueOneofCase.IntValue } value ? value.IntValue : (long?)null;
            foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans))
            {
                if (span is { TraceId.Length: 16, SpanId.Length: 8 })
                {
                    spans.Add(Record(span, service, pid));
                }
                else
                {
                    rejected++;
                }
            }
        }

        return (spans, rejected);
    }

    private static SpanRecord Record(Span span, string service, long? pid) => new()
    {
        TraceId = Hex(span.TraceId),
        SpanId = Hex(span.SpanId),
        ParentSpanId = Hex(span.ParentSpanId),
        Name = span.Name,
        Kind = span.Kind.ToString().ToUpperInvariant(),
        Service = service,
        Pid = pid,
        StartNano = span.StartTimeUnixNano,
        EndNano = span.EndTimeUnixNano,
        Status = (span.Status?.Code ?? default).ToString().ToUpperInvariant(),
        StatusMessage = span.Status?.Message ?? "",
        Attributes = Plain(span.Attributes),
    };

    private static Dictionary<string, object?> Plain(RepeatedField<KeyValue> attributes)
    {
        var plain = new Dictionary<string, object?>(attributes.Count, StringComparer.Ordinal);
        foreach (var attribute in attributes)
        {
            plain[attribute.Key] = Plain(attribute.Value);
        }

        return plain;
    }

    private static object? Plain(AnyValue? value) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue,
        AnyValue.ValueOneofCase.IntValue => value.IntValue,
        AnyValue.ValueOneofCase.DoubleValue => double.IsFinite(value.DoubleValue) ? value.DoubleValue : value.DoubleValue.ToString(null, null),
        AnyValue.ValueOneofCase.ArrayValue => value.ArrayValue.Values.Select(Plain).ToList(),
        AnyValue.ValueOneofCase.KvlistValue => Plain(value.KvlistValue.Values),
        AnyValue.ValueOneofCase.BytesValue => value.BytesValue.ToBase64(),
        _ => null,
    };

    private static AnyValue? Find(RepeatedField<KeyValue> attributes, string key) => attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value;

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
}
