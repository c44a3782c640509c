using Dapr.Client.Autogen.Grpc.v1;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.Introspection;

/// <summary>What a sidecar tells about itself, for both protocols.</summary>
internal static class SidecarMetadata
{
    /// <summary>The version of daprd whose behaviour this process follows, marked as not being one.</summary>
    public const string RuntimeVersion = "1.18.3-opsmesh";

    private const string VersionName = "daprRuntimeVersion";

    public static GetMetadataResponse Describe(AppSidecar app)
    {
        var answer = new GetMetadataResponse
        {
            Id = app.Plan.AppId,
            RuntimeVersion = RuntimeVersion,
            ActorRuntime = new ActorRuntime { RuntimeStatus = ActorRuntime.Types.ActorRuntimeStatus.Disabled, Placement = "placement: disconnected" },
            EnabledFeatures = { "HotReload", "WorkflowsRemoteActivityReminder" },
            Workflows = new MetadataWorkflows(),
            AppConnectionProperties = Connection(app),
        };
        answer.RegisteredComponents.AddRange(app.State.Components.Select(c => Describe(c.Component, c.Store.Capabilities)));
        answer.RegisteredComponents.AddRange(app.PubSub.Components.Select(c => Describe(c.Component, c.Broker.Capabilities)));
        answer.RegisteredComponents.AddRange(app.Secrets.Components.Select(c => Describe(c.Component, [])));
        answer.RegisteredComponents.AddRange(app.Locks.Components.Select(c => Describe(c.Component, [])));
        answer.RegisteredComponents.AddRange(app.Configurations.Components.Select(c => Describe(c.Component, [])));
        answer.ExtendedMetadata.Add(app.Extended.ToDictionary());
        answer.ExtendedMetadata[VersionName] = RuntimeVersion;
        answer.HttpEndpoints.AddRange(app.Endpoints.Keys.Select(name => new MetadataHTTPEndpoint { Name = name }));
        answer.Subscriptions.AddRange(app.Subscriptions.Concat(app.Streams.Subscriptions).Select(Describe));
        return answer;
    }

    private static AppConnectionProperties Connection(AppSidecar app)
    {
        var connection = new AppConnectionProperties
        {
            Port = app.Channel?.Port ?? 0,
            Protocol = app.Plan.Protocol.ToString().ToLowerInvariant(),
            ChannelAddress = app.Plan.ChannelAddress,
            MaxConcurrency = app.Plan.MaxConcurrency ?? 0,
        };
        if (app.Plan.Health is { } health)
        {
            connection.Health = new AppConnectionHealthProperties
            {
                HealthCheckPath = app.Plan.Protocol == AppProtocol.Grpc ? "" : health.Path,
                HealthProbeInterval = GoDuration.Format(health.Interval),
                HealthProbeTimeout = GoDuration.Format(health.Timeout),
                HealthThreshold = health.Threshold,
            };
        }

        return connection;
    }

    private static RegisteredComponents Describe(Component component, IReadOnlyList<string> capabilities)
    {
        var answer = new RegisteredComponents { Name = component.Name, Type = component.Type, Version = component.Version };
        answer.Capabilities.AddRange(capabilities);
        return answer;
    }

    private static PubsubSubscription Describe(PubSub.AppSubscription subscription)
    {
        var answer = new PubsubSubscription
        {
            PubsubName = subscription.PubSub,
            Topic = subscription.Topic,
            Rules = new PubsubSubscriptionRules(),
            DeadLetterTopic = subscription.DeadLetterTopic ?? "",
            Type = subscription.Kind switch
            {
                PubSub.SubscriptionKind.Declarative => PubsubSubscriptionType.Declarative,
                PubSub.SubscriptionKind.Programmatic => PubsubSubscriptionType.Programmatic,
                _ => PubsubSubscriptionType.Streaming,
            },
        };
        answer.Metadata.Add(subscription.Metadata.ToDictionary());
        answer.Rules.Rules.AddRange(subscription.Routes.Select(r => new PubsubSubscriptionRule { Match = r.Match, Path = r.Path }));
        return answer;
    }
}
