namespace OpsMesh.Bench.Subjects.Calling;

internal static class Handlers
{
    /// <summary>One connection, so that the number of connections is what the bench says it is.</summary>
    public static SocketsHttpHandler OneConnection() => new()
    {
        EnableMultipleHttp2Connections = false,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
    };
}
