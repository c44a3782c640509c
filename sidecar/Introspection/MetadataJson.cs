using System.Text.Json;
using Dapr.Client.Autogen.Grpc.v1;

namespace OpsMesh.Sidecar.Introspection;

/// <summary>The metadata as the HTTP API writes them: empty members are left out, rules are a flat list.</summary>
internal static class MetadataJson
{
    public static byte[] Write(GetMetadataResponse metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", metadata.Id);
            json.WriteString("runtimeVersion", metadata.RuntimeVersion);
            json.WriteStartArray("enabledFeatures");
            foreach (var feature in metadata.EnabledFeatures)
            {
                json.WriteStringValue(feature);
            }

            json.WriteEndArray();
            WriteComponents(json, metadata);
            json.WriteStartObject("extended");
            foreach (var (name, value) in metadata.ExtendedMetadata)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            WriteSubscriptions(json, metadata);
            WriteEndpoints(json, metadata);
            WriteConnection(json, metadata.AppConnectionProperties);
            json.WriteStartObject("actorRuntime");
            json.WriteString("runtimeStatus", "DISABLED");
            json.WriteBoolean("hostReady", false);
            json.WriteString("placement", metadata.ActorRuntime.Placement);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteComponents(Utf8JsonWriter json, GetMetadataResponse metadata)
    {
        if (metadata.RegisteredComponents.Count == 0)
        {
            return;
        }

        json.WriteStartArray("components");
        foreach (var component in metadata.RegisteredComponents)
        {
            json.WriteStartObject();
            json.WriteString("name", component.Name);
            json.WriteString("type", component.Type);
            json.WriteString("version", component.Version);
            if (component.Capabilities.Count > 0)
            {
                json.WriteStartArray("capabilities");
                foreach (var capability in component.Capabilities)
                {
                    json.WriteStringValue(capability);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSubscriptions(Utf8JsonWriter json, GetMetadataResponse metadata)
    {
        if (metadata.Subscriptions.Count == 0)
        {
            return;
        }

        json.WriteStartArray("subscriptions");
        foreach (var subscription in metadata.Subscriptions)
        {
            json.WriteStartObject();
            json.WriteString("pubsubname", subscription.PubsubName);
            json.WriteString("topic", subscription.Topic);
            if (subscription.Metadata.Count > 0)
            {
                json.WriteStartObject("metadata");
                foreach (var (name, value) in subscription.Metadata)
                {
                    json.WriteString(name, value);
                }

                json.WriteEndObject();
            }

            WriteRules(json, subscription);
            json.WriteString("deadLetterTopic", subscription.DeadLetterTopic);
            json.WriteString("type", subscription.Type.ToString().ToUpperInvariant());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRules(Utf8JsonWriter json, PubsubSubscription subscription)
    {
        if (subscription.Rules.Rules.Count == 0)
        {
            return;
        }

        json.WriteStartArray("rules");
        foreach (var rule in subscription.Rules.Rules)
        {
            json.WriteStartObject();
            if (rule.Match.Length > 0)
            {
                json.WriteString("match", rule.Match);
            }

            if (rule.Path.Length > 0)
            {
                json.WriteString("path", rule.Path);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEndpoints(Utf8JsonWriter json, GetMetadataResponse metadata)
    {
        if (metadata.HttpEndpoints.Count == 0)
        {
            return;
        }

        json.WriteStartArray("httpEndpoints");
        foreach (var endpoint in metadata.HttpEndpoints)
        {
            json.WriteStartObject();
            json.WriteString("name", endpoint.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteConnection(Utf8JsonWriter json, AppConnectionProperties connection)
    {
        json.WriteStartObject("appConnectionProperties");
        if (connection.Port != 0)
        {
            json.WriteNumber("port", connection.Port);
        }

        json.WriteString("protocol", connection.Protocol);
        json.WriteString("channelAddress", connection.ChannelAddress);
        if (connection.MaxConcurrency != 0)
        {
            json.WriteNumber("maxConcurrency", connection.MaxConcurrency);
        }

        if (connection.Health is { } health)
        {
            json.WriteStartObject("health");
            if (health.HealthCheckPath.Length > 0)
            {
                json.WriteString("healthCheckPath", health.HealthCheckPath);
            }

            json.WriteString("healthProbeInterval", health.HealthProbeInterval);
            json.WriteString("healthProbeTimeout", health.HealthProbeTimeout);
            json.WriteNumber("healthThreshold", health.HealthThreshold);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
