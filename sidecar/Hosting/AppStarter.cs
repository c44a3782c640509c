using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.PubSub;

namespace OpsMesh.Sidecar.Hosting;

/// <summary>Waits for each application's port, then starts its subscriptions; only then is its sidecar ready.</summary>
internal sealed partial class AppStarter(Mesh mesh, SubscriptionStarter subscriptions, TimeProvider clock, ILogger<AppStarter> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(mesh.Apps.Select(app => StartAsync(app, stoppingToken)));

    private async Task StartAsync(AppSidecar app, CancellationToken stoppingToken)
    {
        try
        {
            if (app.Channel is { } channel)
            {
                await channel.WaitForPortAsync(clock, stoppingToken);
                await subscriptions.StartAsync(app, channel, mesh.Resources, stoppingToken);
            }

            app.IsReady = !app.IsShutDown;
            LogReady(app.Plan.AppId);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends before the application came.
        }
    }

    [LoggerMessage(LogLevel.Information, "Sidecar of {AppId} is ready")]
    private partial void LogReady(string appId);
}
