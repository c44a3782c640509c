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
                if (app.Plan.Health is { } health)
                {
                    // Ready without it: only calls to the application, and events for it, wait for its health.
                    app.IsReady = !app.IsShutDown;
                    await new AppProbe(app, channel, health, clock).RunAsync(token => TurnAsync(app, channel, token), stoppingToken);
                }

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

    private async Task TurnAsync(AppSidecar app, AppChannel channel, CancellationToken stoppingToken)
    {
        if (app.IsShutDown)
        {
            return;
        }

        LogHealth(app.Plan.AppId, app.IsHealthy ? "well" : "ill");
        if (app.IsHealthy)
        {
            await subscriptions.StartAsync(app, channel, mesh.Resources, stoppingToken);
        }
        else
        {
            app.EndSubscriptions();
        }
    }

    [LoggerMessage(LogLevel.Information, "Application {AppId} is {Health}")]
    private partial void LogHealth(string appId, string health);

    [LoggerMessage(LogLevel.Information, "Sidecar of {AppId} is ready")]
    private partial void LogReady(string appId);
}
