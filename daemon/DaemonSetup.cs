using System.Diagnostics.CodeAnalysis;
using System.Net;
using OpsMesh.Access;
using OpsMesh.Daemon.Commands;
using OpsMesh.Daemon.Logs;
using OpsMesh.Daemon.Measuring;
using OpsMesh.Daemon.Serving;
using OpsMesh.Daemon.Sessions;
using OpsMesh.Daemon.Supervision;
using OpsMesh.Hosting;
using OpsMesh.Identity;
using OpsMesh.Telemetry;

namespace OpsMesh.Daemon;

/// <summary>Puts the daemon together from its configuration.</summary>
internal static class DaemonSetup
{
    /// <summary>Supervision, logs and measuring: all that works with every service gone.</summary>
    public static WebApplicationBuilder AddSupervision(this WebApplicationBuilder builder, NodeFacts node, MetricSpool spool)
    {
        var services = builder.Services;
        services.AddSingleton(new SupervisionOptions { DataFolder = node.Config.DataFolder, Agents = node.Config.Agents });
        services.AddSingleton(new MeasuringOptions(node.NodeId, node.Config.DataFolder, node.Config.MetricsInterval));
        services.AddSingleton(spool);
        services.AddSingleton<DaemonMetrics>();
        services.AddSingleton<LogPages>();
        services.AddSingleton<LogTail>();
        services.AddHosted<Supervisor>();
        services.AddHosted<AgentLogs>();
        services.AddHostedService<Sampler>();
        return builder;
    }

    /// <summary>Commands and their journal.</summary>
    public static WebApplicationBuilder AddCommands(this WebApplicationBuilder builder, NodeFacts node, MeshIdentity identity, CommandJournal journal, LocalPolicy policy)
    {
        var services = builder.Services;
        services.AddSingleton(journal);
        services.AddSingleton(policy);
        services.AddSingleton(new Failpoint(node.Config.Dev, Environment.GetEnvironmentVariable(Failpoint.Variable)));
        services.AddSingleton<ServerClock>();
        services.AddSingleton(provider => new EnvelopeGate(
            node.NodeId,
            new EnvelopeVerifier(identity, provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<ServerClock>()));
        services.AddHosted<CommandExecutor>();
        return builder;
    }

    /// <summary>What speaks to the services.</summary>
    public static WebApplicationBuilder AddSessions(this WebApplicationBuilder builder, NodeFacts node)
    {
        var services = builder.Services;
        services.AddSingleton(node);
        services.AddSingleton(new SessionState(node.Config.DataFolder));
        services.AddSingleton<MeshLinks>();
        services.AddHostedService<RegistrySession>();
        services.AddHosted<AgentStateSync>();
        services.AddHostedService<ControlStream>();
        services.AddHostedService<MetricsSender>();
        return builder;
    }

    /// <summary>Ports, telemetry and who may call.</summary>
    public static WebApplicationBuilder AddServing(this WebApplicationBuilder builder, NodeFacts node, MeshIdentity identity)
    {
        var config = node.Config;
        builder.Configuration[DevMode.Key] = config.Dev ? "true" : "false";
        builder.AddJsonLogs();
        builder.AddTelemetry(TelemetryOptions.From(builder.Configuration, "daemon") with
        {
            ServiceName = "daemon",
            InstanceId = $"{node.NodeId}/{node.Epoch}",
            Attributes = new Dictionary<string, object>
            {
                ["opsmesh.node.id"] = node.NodeId,
                ["host.name"] = config.Hostname,
                ["opsmesh.daemon.epoch"] = (long)node.Epoch,
            },
        });
        builder.AddPorts(new PortOptions { App = config.Ports.App, Management = config.Ports.Management });
        builder.Services.AddSingleton(identity);
        builder.AddNodePort(new IPEndPoint(config.Ports.NodeAddress, config.Ports.Node));
        builder.Services.AddRpcPolicies(new AccessOptions
        {
            TrustDomain = identity.TrustDomain,
            AppApiToken = config.Ports.App is null ? null : AppApiToken(),
            Dev = config.Dev,
        });
        if (LocalSocket.PathIn(config.DataFolder) is { } socket)
        {
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenOnLocalSocket(socket));
        }

        return builder;
    }

    private static string AppApiToken() => Environment.GetEnvironmentVariable("APP_API_TOKEN") is { Length: > 0 } token
        ? token
        : throw new StartupException("APP_API_TOKEN is missing; without it nobody could tell the sidecar from a stranger on the app port");

    private static void AddHosted<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
