namespace OpsMesh.Interop.Matrix;

internal static class KnownPeers
{
    private const string FlagHidden = "the server's API does not show whether a message came compressed";

    private static readonly Need Protoc = new("protoc", "protobuf-compiler");

    public static readonly Peer OpsMesh = new("opsmesh") { Needs = [], HasTls = true };

    public static readonly Peer GrpcJs = new("grpc-js")
    {
        Needs = [new("node", "nodejs"), new("npm", "npm")],
        HasTls = true,
        ServerLacks = new Dictionary<string, string>
        {
            ["client_compressed_unary"] = FlagHidden,
            ["client_compressed_streaming"] = FlagHidden,
            ["server_compressed_unary"] = "the server sends every message plain",
            ["server_compressed_streaming"] = "the server sends every message plain",
        },
    };

    public static readonly Peer Python = new("python")
    {
        Needs = [new("/usr/lib/python3/dist-packages/grpc/__init__.py", "python3-grpcio"), Protoc, new("grpc_python_plugin", "protobuf-compiler-grpc")],
        HasTls = true,
        ClientLacks = new Dictionary<string, string>
        {
            ["client_compressed_streaming"] = "the client compresses all messages of a call or none",
        },
        ServerLacks = new Dictionary<string, string>
        {
            ["client_compressed_unary"] = FlagHidden,
            ["client_compressed_streaming"] = FlagHidden,
        },
    };

    /// <summary>In the order in which they run.</summary>
    public static readonly IReadOnlyList<Peer> All = [OpsMesh, GrpcJs, Python];

    /// <summary>Those without which a change does not pass.</summary>
    public static readonly IReadOnlyList<Peer> Required = [OpsMesh, GrpcJs, Python];
}
