using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OpsMesh.Hosting;

/// <summary>The door a connection came in by. Decides how its caller proves who it is.</summary>
public enum Door
{
    /// <summary>h2c on loopback, for the sidecar.</summary>
    App = 1,

    /// <summary>TLS 1.3 with mutual certificates.</summary>
    Node,

    /// <summary>Health and metrics; nothing else answers there.</summary>
    Management,

    /// <summary>HTTP/2 inside a stream that this process dialled.</summary>
    Tunnel,

    /// <summary>Unix socket that only root can open.</summary>
    LocalSocket,

    /// <summary>The console's page and REST.</summary>
    Public,
}

/// <summary>Feature of a connection, set by its listener and never by anything the peer sends.</summary>
/// <param name="Service">Tunnel: name of the service that was dialled; null for every other door.</param>
public sealed record Arrival(Door Door, string? Service = null);

public static class ArrivalExtensions
{
    /// <summary>Call it before UseHttps, so that the mark stands even where the handshake fails.</summary>
    public static ListenOptions MarkArrival(this ListenOptions listen, Door door)
    {
        var arrival = new Arrival(door);
        listen.Use(next => connection =>
        {
            connection.Features.Set(arrival);
            return next(connection);
        });
        return listen;
    }

    /// <returns>Null when the listener does not say, which admits nobody.</returns>
    public static Arrival? GetArrival(this HttpContext context) => context.Features.Get<Arrival>();
}
