using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>A request that an application of a set-up got, in the form of the recordings.</summary>
/// <param name="Path">Of the request; of an event over gRPC its route.</param>
/// <param name="Request">Method, path, headers and body; over gRPC method, metadata and message.</param>
/// <param name="EventIds">Of the events in it.</param>
/// <param name="At">When it came, by the system's clock.</param>
internal sealed record AppCall(string Path, JsonObject Request, IReadOnlyList<string> EventIds, long At)
{
    /// <summary>Of HTTP the body, if it is an object; of gRPC the message.</summary>
    public JsonObject Body => (Request["body"] ?? Request["message"]) as JsonObject ?? [];
}

/// <summary>What an application answers.</summary>
internal sealed record AppReply
{
    public static AppReply Ok { get; } = new();

    public int Status { get; init; } = 200;

    /// <summary>HTTP: any JSON or none. gRPC: the message.</summary>
    public string? Body { get; init; }

    public string? ContentType { get; init; }

    public string? Location { get; init; }

    public bool CutsConnection { get; init; }

    public TimeSpan Delay { get; init; }

    /// <summary>Name of a gRPC status; null: OK.</summary>
    public string? Code { get; init; }

    public string? Message { get; init; }

    /// <summary>As the recordings write what an application answered.</summary>
    public static AppReply From(JsonNode? answered) => answered is not JsonObject given ? Ok : new AppReply
    {
        Status = given["status"] is JsonValue status ? status.GetValue<int>() : 200,
        Body = given["code"] is JsonValue code && code.GetValue<string>() == "OK" ? given["message"]?.ToJsonString() : given["bodyText"]?.GetValue<string>() ?? given["body"]?.ToJsonString(),
        ContentType = given["headers"]?["content-type"]?.GetValue<string>() ?? (given["body"] is null ? null : "application/json"),
        Location = given["headers"]?["location"]?.GetValue<string>(),
        CutsConnection = given["connection"] is not null,
        Code = given["code"] is JsonValue name && name.GetValue<string>() is not "OK" and var other ? other : null,
        Message = given["code"] is JsonValue failed && failed.GetValue<string>() != "OK" ? given["message"]?.GetValue<string>() : null,
    };
}
