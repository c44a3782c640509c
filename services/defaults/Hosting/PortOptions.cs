using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;

namespace OpsMesh.Hosting;

/// <summary>Where a process listens. 0 lets the system choose (tests); null means no such port.</summary>
public sealed record PortOptions
{
    public const string Section = "Ports";

    /// <summary>For the sidecar, on loopback only.</summary>
    public int? App { get; init; }

    /// <summary>HTTP/2 without TLS for gRPC apps; HTTP/1 for the few that Dapr calls over HTTP.</summary>
    public HttpProtocols AppProtocols { get; init; } = HttpProtocols.Http2;

    /// <summary>TLS 1.3 with mutual certificates; opened by libs/Access.</summary>
    public int? Node { get; init; }

    /// <summary>Loopback in development, else every address.</summary>
    public IPAddress NodeBind { get; init; } = IPAddress.Loopback;

    public int? Management { get; init; }

    /// <summary>Loopback unless <c>Management:Bind</c> says otherwise.</summary>
    public IPAddress ManagementBind { get; init; } = IPAddress.Loopback;

    /// <exception cref="StartupException">A value is no port or no address.</exception>
    public static PortOptions From(IConfiguration configuration) => new()
    {
        App = configuration.Port($"{Section}:App"),
        Node = configuration.Port($"{Section}:Node"),
        NodeBind = Address(configuration, $"{Section}:NodeBind", DevMode.IsOn(configuration) ? IPAddress.Loopback : IPAddress.IPv6Any),
        Management = configuration.Port($"{Section}:Management"),
        ManagementBind = Address(configuration, "Management:Bind", IPAddress.Loopback),
    };

    private static IPAddress Address(IConfiguration configuration, string key, IPAddress fallback)
    {
        if (configuration[key] is not { Length: > 0 } text)
        {
            return fallback;
        }

        if (!IPAddress.TryParse(text, out var address))
        {
            throw new StartupException($"configuration '{key}' is '{text}'; it must be an IP address");
        }

        return !DevMode.IsOn(configuration) || IPAddress.IsLoopback(address)
            ? address
            : throw new StartupException($"configuration '{key}' is '{text}'; with Dev on only loopback addresses are allowed");
    }
}
