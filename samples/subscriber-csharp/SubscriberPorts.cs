using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpsMesh.Hosting;

namespace OpsMesh.Samples.Subscriber;

internal static class SubscriberPortsSetup
{
    /// <summary>Dapr calls this app over HTTP, so its app port speaks HTTP/1.</summary>
    public static PortOptions SubscriberPorts(this WebApplicationBuilder builder)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables("OPSMESH_").AddConfiguration(builder.Configuration).Build();
        configuration.Require("Ports:App");
        configuration.Require("Ports:Management");
        return PortOptions.From(configuration) with { AppProtocols = HttpProtocols.Http1 };
    }
}
