using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpsMesh.Hosting;

namespace OpsMesh.Console.Page;

/// <summary>The port that people and programs come to: page, REST and the OTLP receiver.</summary>
internal static class PagePort
{
    private const string Key = $"{PortOptions.Section}:Page";
    private const string BindKey = $"{PortOptions.Section}:PageBind";
    private const string OtlpKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Prefix = "OPSMESH_";
    private const int Default = 7100;

    /// <summary>Opens the port, on loopback. Call it before AddServiceDefaults, which reads where spans go.</summary>
    /// <exception cref="StartupException">It is to listen elsewhere: credentials would cross a network in the clear.</exception>
    public static WebApplicationBuilder AddPagePort(this WebApplicationBuilder builder)
    {
        // AddServiceDefaults strips the prefix, but only later.
        var port = builder.Configuration.Port(Prefix + Key) ?? builder.Configuration.Port(Key) ?? Default;
        var bind = builder.Configuration[Prefix + BindKey] ?? builder.Configuration[BindKey] ?? IPAddress.Loopback.ToString();
        if (!IPAddress.TryParse(bind, out var address) || !IPAddress.IsLoopback(address))
        {
            throw new StartupException($"configuration '{BindKey}' is '{bind}'; it must be a loopback address, since the page has no TLS of its own");
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.MarkArrival(Door.Public);
        }));
        ExportSpansToItself(builder, port);
        return builder;
    }

    /// <summary>Without a backend the console's spans go where the others' go: into its own buffer.</summary>
    private static void ExportSpansToItself(WebApplicationBuilder builder, int port)
    {
        if (port != 0 && string.IsNullOrEmpty(builder.Configuration[OtlpKey]))
        {
            builder.Configuration.AddInMemoryCollection([new(OtlpKey, $"http://127.0.0.1:{port}"), new("OTEL_METRICS_EXPORTER", "none")]);
        }
    }
}
