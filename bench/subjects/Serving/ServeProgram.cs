using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OpsMesh.Bench.Subjects.Serving;

/// <summary>A server on a free port. All kinds share the host and differ only in what answers a request.</summary>
internal static class ServeProgram
{
    public static async Task<int> RunAsync(string kind)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        await using var app = builder.Build();
        switch (kind)
        {
            case "grpc":
                app.MapGrpcService<BenchService>();
                break;
            case "grpc-direct":
                app.Run(new DirectEndpoints<BenchService>(app.Services).HandleAsync);
                break;
            case "rawtrail":
                app.Run(RawAnswers.UnaryAsync);
                break;
            case "rawstream":
                app.Run(RawAnswers.StreamAsync);
                break;
            default:
                throw new ArgumentException($"No such server: {kind}", nameof(kind));
        }

        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Conversation.Say(new { port = new Uri(address).Port, serverGc = System.Runtime.GCSettings.IsServerGC });
        await Conversation.HoldAsync(_ => Task.FromResult<object>(new { allocated = GC.GetTotalAllocatedBytes(precise: true) }));
        await app.StopAsync();
        return 0;
    }
}
