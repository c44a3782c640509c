using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpsMesh.Telemetry;

namespace OpsMesh.Hosting;

/// <summary>What every process of OpsMesh has in common. A service takes all of it; the daemon takes the pieces, with options from its YAML.</summary>
public static class ServiceDefaultsSetup
{
    /// <summary>Configuration from OPSMESH_ variables, JSON logs, telemetry, clock, health, app and management ports, drain of 25 s.</summary>
    /// <param name="name">The Dapr app-id; also service.name unless OTEL_SERVICE_NAME is set.</param>
    /// <param name="ports">Null reads the section Ports, where App and Management are needed.</param>
    /// <exception cref="StartupException">Configuration is missing or wrong.</exception>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string name, PortOptions? ports = null)
    {
        StartupFailures.Report(name);
        AddMeshEnvironment(builder.Configuration);
        if (ports is null)
        {
            builder.Configuration.Require($"{PortOptions.Section}:App");
            builder.Configuration.Require($"{PortOptions.Section}:Management");
            ports = PortOptions.From(builder.Configuration);
        }

        builder.AddJsonLogs();
        builder.AddTelemetry(TelemetryOptions.From(builder.Configuration, name));
        builder.AddPorts(ports, builder.Configuration["Management:MetricsToken"]);
        return builder;
    }

    /// <summary>Names server spans and answers /livez, /readyz and /metrics on the management port. Call it before any other middleware.</summary>
    public static WebApplication MapServiceDefaults(this WebApplication app)
    {
        var management = app.Services.GetRequiredService<ManagementEndpoints>();
        app.Use((context, next) => ServerSpanNames.InvokeAsync(context, _ => next(context)));
        app.Use((context, next) => management.InvokeAsync(context, _ => next(context)));
        return app;
    }

    /// <summary>One JSON object a line on stdout; the framework's own chatter from Warning up.</summary>
    public static IHostApplicationBuilder AddJsonLogs(this IHostApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.FormatterName = OneLineJson.FormatterName);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Microsoft.Extensions.Logging.Console.ConsoleFormatter, OneLineJson>();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning);
        return builder;
    }

    /// <summary>OpenTelemetry traces and metrics, and the propagator that survives daprd's proxy.</summary>
    public static IHostApplicationBuilder AddTelemetry(this IHostApplicationBuilder builder, TelemetryOptions options)
    {
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        LastTraceparentPropagator.Install();
        builder.Services.Replace(ServiceDescriptor.Singleton(DistributedContextPropagator.Current));
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<PrometheusPage>();
        builder.Services.AddSingleton<TelemetryProviders>();
        // First of all hosted services: they stop in reverse order, and this one sends what the others' drain still traced.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(services => services.GetRequiredService<TelemetryProviders>()));
        return builder;
    }

    /// <summary>App port, management port, limits and the health that the management port tells.</summary>
    public static WebApplicationBuilder AddPorts(this WebApplicationBuilder builder, PortOptions ports, string? metricsToken = null)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddMetrics();
        builder.Services.AddSingleton(ports);
        builder.Services.AddSingleton(new ManagementOptions(metricsToken));
        builder.Services.AddSingleton<Dependencies>();
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<ManagementEndpoints>();
        builder.Services.TryAddSingleton<PrometheusPage>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(25));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ApplyMeshLimits();
            kestrel.ListenOn(ports);
        });
        return builder;
    }

    /// <summary>Flags stay the strongest, then OPSMESH_ variables, then everything else.</summary>
    private static void AddMeshEnvironment(ConfigurationManager configuration)
    {
        var sources = configuration.Sources;
        var flags = sources.ToList().FindLastIndex(source => source is CommandLineConfigurationSource);
        sources.Insert(flags < 0 ? sources.Count : flags, new EnvironmentVariablesConfigurationSource { Prefix = "OPSMESH_" });
    }
}
