using Microsoft.AspNetCore.Connections;

namespace OpsMesh.Grpc.Tests;

/// <summary>How many connections the server has open.</summary>
internal sealed class ConnectionCounter
{
    private int _open;

    public int Open => Volatile.Read(ref _open);

    public ConnectionDelegate Count(ConnectionDelegate next) => async connection =>
    {
        Interlocked.Increment(ref _open);
        try
        {
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    };
}
