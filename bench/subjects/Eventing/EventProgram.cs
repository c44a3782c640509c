using System.Globalization;
using System.Net;
using Dapr.Client;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OpsMesh.Bench.Subjects.Eventing;

/// <summary>An application that publishes an event and waits until it has been delivered to it, one after the other.</summary>
internal static class EventProgram
{
    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<DeliveredEvents>();
        await using var app = builder.Build();
        app.MapGrpcService<EventReceiver>();
        await app.StartAsync();
        Conversation.Say(new { port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port });

        // "run SIDECAR SECONDS"
        DaprClient? client = null;
        await Conversation.HoldAsync(words =>
        {
            client ??= new DaprClientBuilder().UseGrpcEndpoint(words[1]).Build();
            var delivered = app.Services.GetRequiredService<DeliveredEvents>();
            return Latencies.MeasureAsync(
                async i =>
                {
                    var next = delivered.NextAsync();
                    await client.PublishEventAsync(EventReceiver.Pubsub, EventReceiver.Topic, new { number = i });
                    await next;
                },
                TimeSpan.FromSeconds(double.Parse(words[2], CultureInfo.InvariantCulture)),
                TimeProvider.System);
        });
        client?.Dispose();
        await app.StopAsync();
        return 0;
    }
}
