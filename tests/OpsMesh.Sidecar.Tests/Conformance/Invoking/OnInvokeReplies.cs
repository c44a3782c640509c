using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace OpsMesh.Sidecar.Tests.Conformance.Invoking;

/// <summary>What the recorder's application over gRPC answered in each case; the recordings show it in what the caller got.</summary>
internal static class OnInvokeReplies
{
    public static OnInvokeReply For(RecordedCase recorded)
    {
        var name = recorded.Name.Split('/')[^1];
        var isHttp = recorded.Name.StartsWith("invoke/http-to-grpc-app/", StringComparison.Ordinal);
        return name switch
        {
            "post-binary" => OnInvokeReply.Of("application/octet-stream", "bin"),
            "post-no-content-type" => OnInvokeReply.Of("", "t"),
            "empty-response" => OnInvokeReply.Of("", ""),
            "any-with-type-url" => OnInvokeReply.Of("application/x-protobuf", "\n\u0002hi\u0010\u0003"),
            "response-metadata" => OnInvokeReply.Of("text/plain", "x") with { Headers = [("x-h", "1"), ("dapr-http-status", "201")], Trailers = [("x-t", "1")] },
            "5MiB-response" => OnInvokeReply.Of("", new string('a', 5 << 20)),
            "slow-client-timeout" or "deadline" => OnInvokeReply.Of("text/plain", "late") with { Delay = TimeSpan.FromSeconds(1) },
            "basic" => OnInvokeReply.Of("text/plain", "r") with { Headers = [("x-h", "1")], Trailers = [("x-t", "1")] },
            "error-details" => new OnInvokeReply { Code = StatusCode.InvalidArgument, Message = "bad", Details = isHttp ? Details() : new Google.Rpc.Status { Code = 3, Message = "bad", Details = { Any.Pack(new ErrorInfo { Reason = "R", Domain = "d" }) } } },
            _ when name.StartsWith("error-", StringComparison.Ordinal) => Refused(Code(name["error-".Length..])),
            _ when name.StartsWith("verb-", StringComparison.Ordinal) => OnInvokeReply.Of("text/plain", "x"),
            _ when isHttp => OnInvokeReply.Of("application/json", """{"ok":1}"""),
            _ => OnInvokeReply.Of("application/json", """{"ok":true}"""),
        };
    }

    private static OnInvokeReply Refused(StatusCode code) => new() { Code = code, Message = $"app says {(int)code}", Trailers = [("x-t", "1")] };

    private static StatusCode Code(string name) => System.Enum.Parse<StatusCode>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    private static Google.Rpc.Status Details() => new()
    {
        Code = 3,
        Message = "bad",
        Details =
        {
            Any.Pack(new ErrorInfo { Reason = "R", Domain = "d", Metadata = { ["k"] = "v" } }),
            Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "f", Description = "x" } } }),
        },
    };
}

internal sealed record OnInvokeReply
{
    public StatusCode Code { get; init; }

    public string Message { get; init; } = "";

    public InvokeResponse Response { get; init; } = new();

    public Google.Rpc.Status? Details { get; init; }

    public (string Name, string Value)[] Headers { get; init; } = [];

    public (string Name, string Value)[] Trailers { get; init; } = [];

    public TimeSpan Delay { get; init; }

    public static OnInvokeReply Of(string contentType, string data) => new() { Response = new InvokeResponse { ContentType = contentType, Data = new Any { Value = ByteString.CopyFromUtf8(data) } } };
}
