namespace OpsMesh.Bench.Grpc;

/// <param name="Path">Of the method.</param>
/// <param name="Body">File with the request's frame.</param>
/// <param name="Connections">At a time.</param>
/// <param name="Streams">Requests at a time on each of them.</param>
/// <param name="OperationsPerRequest">What one request counts as: its messages.</param>
internal sealed record ServerLoad(string Path, string Body, int Connections, int Streams, int OperationsPerRequest)
{
    public const string Beat = "/opsmesh.bench.v1.BenchService/Beat";
    public const string Follow = "/opsmesh.bench.v1.BenchService/Follow";

    public int MessagesOfStream => Path == Follow ? OperationsPerRequest : 0;
}
