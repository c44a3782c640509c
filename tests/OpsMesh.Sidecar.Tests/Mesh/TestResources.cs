namespace OpsMesh.Sidecar.Tests.Mesh;

/// <summary>The components of the tests' mesh.</summary>
internal static class TestResources
{
    public const string Components = """
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: memory }
        spec: { type: state.in-memory, version: v1, metadata: [] }
        ---
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: sqlite }
        spec:
          type: state.sqlite
          version: v1
          metadata:
            - { name: connectionString, value: "{data}/state.db" }
        ---
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: shared }
        spec:
          type: state.sqlite
          version: v1
          metadata:
            - { name: connectionString, value: "{data}/shared.db" }
            - { name: keyPrefix, value: name }
        ---
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: pubsub }
        spec: { type: pubsub.in-memory, version: v1, metadata: [] }
        """;

    public const string Resiliency = """
        apiVersion: dapr.io/v1alpha1
        kind: Resiliency
        metadata: { name: mesh }
        spec:
          policies:
            retries: { quick: { policy: constant, duration: 10ms, maxRetries: 2 } }
          targets:
            components: { pubsub: { inbound: { retry: quick } } }
        """;
}
