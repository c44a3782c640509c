using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.Apps;

/// <summary>Asks an application for its health, again and again. It begins as ill; one good answer makes it well, several bad ones ill again.</summary>
internal sealed class AppProbe(AppSidecar app, AppChannel channel, AppHealthPlan plan, TimeProvider clock)
{
    /// <param name="turned">Told each time the application's health changes, before the next question.</param>
    public async Task RunAsync(Func<CancellationToken, Task> turned, CancellationToken stoppingToken)
    {
        var failures = 0;
        while (true)
        {
            var isWell = await IsWellAsync(stoppingToken);
            failures = isWell ? 0 : failures + 1;
            if (isWell != app.IsHealthy && (isWell || failures >= plan.Threshold))
            {
                app.IsHealthy = isWell;
                await turned(stoppingToken);
            }

            await Task.Delay(plan.Interval, clock, stoppingToken);
        }
    }

    private async Task<bool> IsWellAsync(CancellationToken stoppingToken)
    {
        using var due = new CancellationTokenSource(plan.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, stoppingToken);
        try
        {
            if (channel.Health is { } health)
            {
                await health.HealthCheckAsync(new Empty(), cancellationToken: either.Token);
                return true;
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(channel.BaseAddress, plan.Path.TrimStart('/')));
            request.Headers.TryAddWithoutValidation("accept-encoding", "gzip");
            using var response = await channel.Invoker.SendAsync(request, either.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is RpcException or HttpRequestException or OperationCanceledException && !stoppingToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
