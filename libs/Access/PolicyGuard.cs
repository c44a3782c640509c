using Microsoft.Extensions.Hosting;
using OpsMesh.Hosting;

namespace OpsMesh.Access;

/// <summary>Runs before the ports open: a server whose author forgot RequirePolicies does not start.</summary>
internal sealed class PolicyGuard(PolicyTable table) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        table.IsSealed ? Task.CompletedTask : throw new StartupException("RequirePolicies() was not called after the gRPC services were mapped");

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
