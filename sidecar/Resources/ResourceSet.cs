using OpsMesh.Sidecar.Endpoints;
using OpsMesh.Sidecar.Resilience;

namespace OpsMesh.Sidecar.Resources;

/// <summary>Everything that the resource folders describe.</summary>
internal sealed record ResourceSet(
    IReadOnlyList<Component> Components,
    IReadOnlyList<SubscriptionResource> Subscriptions,
    IReadOnlyList<ResiliencyResource> Resiliency,
    IReadOnlyList<HttpEndpointResource> Endpoints,
    IReadOnlyList<string> Warnings);
