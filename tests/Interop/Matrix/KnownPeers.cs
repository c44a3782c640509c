namespace OpsMesh.Interop.Matrix;

internal static class KnownPeers
{
    private const string FlagHidden = "the server's API does not show whether a message came compressed";

    private const string AllPlain = "the server sends every message plain";
    private const string AsTheRequest = "the server compresses its responses when the request came compressed, and cannot choose";
    private const string WholeCalls = "the client compresses all messages of a call or none";
    private const string GoLibrary = "/usr/share/gocode/src/google.golang.org/grpc";

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
            ["server_compressed_unary"] = AllPlain,
            ["server_compressed_streaming"] = AllPlain,
        },
    };

    public static readonly Peer Python = new("python")
    {
        Needs = [new("/usr/lib/python3/dist-packages/grpc/__init__.py", "python3-grpcio"), Protoc, new("grpc_python_plugin", "protobuf-compiler-grpc")],
        HasTls = true,
        ClientLacks = new Dictionary<string, string>
        {
            ["client_compressed_streaming"] = WholeCalls,
        },
        ServerLacks = new Dictionary<string, string>
        {
            ["client_compressed_unary"] = FlagHidden,
            ["client_compressed_streaming"] = FlagHidden,
        },
    };

    public static readonly Peer Cpp = new("cpp")
    {
        Needs =
        [
            new("g++", "g++"), new("pkg-config", "pkg-config"), new("/usr/include/grpcpp/grpcpp.h", "libgrpc++-dev"), Protoc,
            new("grpc_cpp_plugin", "protobuf-compiler-grpc"),
        ],
        HasTls = true,
    };

    public static readonly Peer Go = new("go")
    {
        Needs = [new("go", "golang-go"), new($"{GoLibrary}/server.go", "golang-google-grpc-dev"), Protoc, new("protoc-gen-go", "protoc-gen-go-1-3")],
        HasTls = true,
        ClientLacks = new Dictionary<string, string>
        {
            ["client_compressed_streaming"] = WholeCalls,
        },
        ServerLacks = new Dictionary<string, string>
        {
            ["server_compressed_unary"] = AsTheRequest,
            ["server_compressed_streaming"] = AsTheRequest,
        },
    };

    public static readonly Peer Java = new("java")
    {
        Needs =
        [
            new("javac", "default-jdk-headless"), new("/usr/share/java/grpc-netty.jar", "libgrpc-java"), new("/usr/share/java/netty-codec-http2.jar", "libnetty-java"),
            new("/usr/share/java/perfmark-api.jar", "libperfmark-java"), new("/usr/share/java/protobuf.jar", "libprotobuf-java"), Protoc,
            new("grpc_java_plugin", "protobuf-compiler-grpc-java-plugin"),
        ],
    };

    /// <summary>In the order in which they run.</summary>
    public static readonly IReadOnlyList<Peer> All = [OpsMesh, GrpcJs, Python, Cpp, Go, Java];

    /// <summary>Those without which a change does not pass.</summary>
    public static readonly IReadOnlyList<Peer> Required = [OpsMesh, GrpcJs, Python];
}
