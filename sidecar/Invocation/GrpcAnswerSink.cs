using System.Globalization;
using System.Text;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.Tracing;
using Status = Grpc.Core.Status;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>Answers a caller of InvokeService: the headers leave at once, the message is the handler's to return.</summary>
internal sealed class GrpcAnswerSink(ServerCallContext context, int maxBytes, string traceParent) : IAnswerSink
{
    // Of google.rpc.ErrorInfo: a value has fewer than 64 characters.
    private const int LongestValue = 63;

    public bool HasStarted { get; private set; }

    public InvokeResponse? Response { get; private set; }

    /// <summary>What the application refused with.</summary>
    public RpcException? Refusal { get; private set; }

    public async Task WriteAsync(InvocationAnswer answer, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await answer.Body.CopyToAsync(body, cancellationToken);
        HasStarted = true;
        var headers = InvocationHeaders.ToGrpc(answer);
        if (headers.Get(InvocationHeaders.TraceParent) is null)
        {
            headers.Add(InvocationHeaders.TraceParent, traceParent);
        }

        await context.WriteResponseHeadersAsync(headers);
        if (answer.Refusal is { } refusal)
        {
            Refusal = new RpcException(refusal.Status, Traced(Sendable(answer.Trailers)));
            return;
        }

        if (answer.HttpStatus >= 300)
        {
            Refusal = ToRefusal(answer.HttpStatus, body.ToArray());
            return;
        }

        foreach (var trailer in answer.HttpStatus > 0 ? [] : Traced(Sendable(answer.Trailers)))
        {
            context.ResponseTrailers.Add(trailer);
        }

        Response = new InvokeResponse { Data = new Any { Value = ByteString.CopyFrom(body.ToArray()) }, ContentType = answer.ContentType };
        if (Response.CalculateSize() is var size && size > maxBytes)
        {
            Refusal = new RpcException(new Status(StatusCode.ResourceExhausted, $"grpc: trying to send message larger than max ({size} vs. {maxBytes})"));
        }
    }

    private Metadata Traced(Metadata trailers)
    {
        trailers.Add(InvocationHeaders.TraceParent, traceParent);
        trailers.Add(BinaryContext.Header, BinaryContext.FromTraceParent(traceParent));
        return trailers;
    }

    private static Metadata Sendable(Metadata trailers)
    {
        var sendable = new Metadata();
        foreach (var entry in trailers.Where(t => t.Key != InvocationHeaders.TraceParent && (!t.Key.StartsWith("grpc-", StringComparison.Ordinal) || t.Key == "grpc-status-details-bin")))
        {
            sendable.Add(entry);
        }

        return sendable;
    }

    private static RpcException ToRefusal(int status, byte[] body)
    {
        var detail = Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, LongestValue));
        var info = ApiException.Info(
            HttpCodes.Name(status),
            new Dictionary<string, string> { ["http.code"] = status.ToString(CultureInfo.InvariantCulture), ["http.error_message"] = detail });
        return new ApiException("", status, HttpCodes.ToGrpc(status), HttpCodes.Name(status)) { GrpcDetails = [info] }.ToRpcException();
    }
}
