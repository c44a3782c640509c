using Grpc.Core;

namespace OpsMesh.Daemon.Sessions;

/// <summary>A loop that speaks to a service until the daemon leaves. A call that the leaving cut is its end, not a failure.</summary>
internal abstract class SessionWorker : BackgroundService
{
    protected abstract Task RunAsync(CancellationToken leaving);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        catch (Exception cut) when (cut is RpcException or OperationCanceledException && stoppingToken.IsCancellationRequested)
        {
            // The calls of this loop end with the daemon.
        }
    }
}
