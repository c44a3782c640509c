extern alias sidecar;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OpsMesh.Testing;
using Run = sidecar::OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.Tests.Conformance.Invoking;

/// <summary>Several applications' sidecars in one process, each started with flags of its own; they share the resources.</summary>
internal sealed class ReplayMesh : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SocketsHttpHandler _handler = ReplaySidecar.CreateHandler();
    private readonly Dictionary<string, ReplaySidecar> _members;

    private ReplayMesh(WebApplication app, IEnumerable<Run.AppPlan> plans)
    {
        _app = app;
        _members = plans.ToDictionary(p => p.AppId, p => new ReplaySidecar(app, _handler, p.HttpPort, p.GrpcPort), StringComparer.Ordinal);
    }

    public ReplaySidecar this[string appId] => _members[appId];

    public bool Has(string appId) => _members.ContainsKey(appId);

    public static async Task<ReplayMesh> StartAsync(CancellationToken cancellationToken, params IReadOnlyList<SidecarSetup> members)
    {
        var plans = members.Select(m => ReplaySidecar.Plan(m, TestPorts.Next(), TestPorts.Next())).ToArray();
        var plan = plans[0] with { Apps = [.. plans.Select(p => p.Apps[0])], ResourcesPaths = [.. plans.SelectMany(p => p.ResourcesPaths)] };
        var app = Run.SidecarHost.Build(plan, TimeProvider.System, b => b.Logging.ClearProviders());
        await app.StartAsync(cancellationToken);
        return new ReplayMesh(app, plan.Apps);
    }

    /// <summary>Returns when each of them is ready.</summary>
    /// <param name="names">Empty: all.</param>
    public async Task UntilReadyAsync(CancellationToken cancellationToken, params string[] names)
    {
        foreach (var member in _members.Where(m => names.Length == 0 || names.Contains(m.Key)).Select(m => m.Value))
        {
            while ((await member.Http.GetAsync(new Uri("v1.0/healthz", UriKind.Relative), cancellationToken)).StatusCode != System.Net.HttpStatusCode.NoContent)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members.Values)
        {
            member.Http.Dispose();
        }

        _handler.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
