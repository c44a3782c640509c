using System.Diagnostics;

namespace OpsMesh.Sidecar.Tracing;

/// <summary>The trace context as gRPC's older header <c>grpc-trace-bin</c> carries it.</summary>
internal static class BinaryContext
{
    public const string Header = "grpc-trace-bin";

    /// <returns>29 bytes; all zero ids when the text is no traceparent.</returns>
    public static byte[] FromTraceParent(string traceParent)
    {
        var bytes = new byte[29];
        if (ActivityContext.TryParse(traceParent, traceState: null, out var context))
        {
            context.TraceId.CopyTo(bytes.AsSpan(2, 16));
            context.SpanId.CopyTo(bytes.AsSpan(19, 8));
            bytes[28] = (byte)context.TraceFlags;
        }

        bytes[18] = 1;
        bytes[27] = 2;
        return bytes;
    }
}
