using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.PubSub;

namespace OpsMesh.Sidecar.Hosting;

/// <summary>Waits for each application's port, then starts its subscriptions; only then is its sidecar ready.</summary>
internal sealed partial class AppStarter(
    Mesh mesh, SubscriptionStarter subscriptions, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<AppStarter> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // At once, not when the ports have been closed: no event may begin then that the process has no time to finish.
        lifetime.ApplicationStopping.Register(EndSubscriptions);
        return Task.WhenAll(mesh.Apps.Select(app => StartAsync(app, stoppingToken)));
    }

    private void EndSubscriptions()
    {
        foreach (var app in mesh.Apps)
        {
            app.ShutDown();
        }
    }

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
