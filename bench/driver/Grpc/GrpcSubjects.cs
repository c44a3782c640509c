using System.Text.Json.Nodes;
using OpsMesh.Bench.Harness;

namespace OpsMesh.Bench.Grpc;

/// <summary>Starts the programs of bench/subjects.</summary>
internal static class GrpcSubjects
{
    public const string Routed = "grpc";
    public const string Direct = "grpc-direct";
    public const string RawTrail = "rawtrail";
    public const string RawStream = "rawstream";
    public const string Channel = "channel";
    public const string Hand = "hand";

    /// <summary>
    /// Each HTTP/2 response of SocketsHttpHandler rents 16 KiB of the shared array pool, which keeps 32 arrays of a size by default: with
    /// hundreds of calls at a time every call would allocate them. Read once, at the start of the process.
    /// </summary>
    private static readonly Dictionary<string, string> LargeArrayPool = new() { ["DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXARRAYSPERPARTITION"] = "1024" };

    public static Task<Subject> ServeAsync(string kind, Placement placement, CancellationToken cancellationToken) =>
        Subject.StartAsync(kind, Command("serve", kind), placement, new Dictionary<string, string>(), cancellationToken);

    public static Task<Subject> CallAsync(string kind, Uri address, int connections, int streams, CancellationToken cancellationToken) =>
        Subject.StartAsync(
            kind, Command("call", kind, address.ToString(), $"{connections}", $"{streams}"), Placement.Measured, LargeArrayPool, cancellationToken);

    public static Task<Subject> HoldAsync(int port, CancellationToken cancellationToken) =>
        Subject.StartAsync("hold", Command("hold", $"{port}"), Placement.Anywhere, new Dictionary<string, string>(), cancellationToken);

    public static int PortOf(Subject server) => server.Hello["port"]!.GetValue<int>();

    public static Uri AddressOf(Subject server) => new($"http://127.0.0.1:{PortOf(server)}");

    /// <summary>A call with a whole client must end well before any load is measured.</summary>
    /// <param name="count">Messages of a stream; 0 for a unary call.</param>
    /// <exception cref="BenchException">It did not.</exception>
    public static async Task ProbeAsync(string kind, Subject server, int count, CancellationToken cancellationToken)
    {
        await using var probe = await Subject.StartAsync(
            "probe", Command("probe", AddressOf(server).ToString(), $"{count}"), Placement.Anywhere, new Dictionary<string, string>(), cancellationToken);
        if (probe.Hello["ok"]?.GetValue<bool>() != true)
        {
            throw new BenchException(ExitCodes.Failed, $"{kind} does not answer as a gRPC server: {probe.Hello["got"]}");
        }
    }

    public static async Task<long> AllocatedBytesAsync(Subject server, CancellationToken cancellationToken) =>
        Number(await server.AskAsync("counters", cancellationToken), "allocated");

    public static long Number(JsonObject answer, string name) => answer[name]!.GetValue<long>();

    public static IEnumerable<string> Command(params IEnumerable<string> arguments) =>
        [Environment.ProcessPath!, Repository.Assembly("OpsMesh.Bench.Subjects"), .. arguments];
}
