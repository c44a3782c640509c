using OpsMesh.Bench.Harness;

namespace OpsMesh.Bench.Load;

/// <param name="Path">Of the method.</param>
/// <param name="Body">File with the request's frame.</param>
/// <param name="Connections">At a time.</param>
/// <param name="Streams">Requests at a time on each of them.</param>
/// <param name="OperationsPerRequest">What one request counts as: its messages.</param>
internal sealed record ServerLoad(string Path, string Body, int Connections, int Streams, int OperationsPerRequest)
{
    public const string Beat = "/opsmesh.bench.v1.BenchService/Beat";
    public const string Follow = "/opsmesh.bench.v1.BenchService/Follow";

    /// <summary>Of the load generator.</summary>
    public Placement Placement { get; init; } = Placement.Other;

    /// <summary>"name: value", besides those of every gRPC call.</summary>
    public string? Header { get; init; }

    /// <summary>The raw peer sends as many whatever it is asked.</summary>
    public const int MessagesOfOneStream = 1_000;

    public int MessagesOfStream => Path == Follow ? OperationsPerRequest : 0;
}
