namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>The parts for pub/sub and for calls between applications.</summary>
internal static class MessagingParts
{
    public static IReadOnlyList<IReplayPart> All() =>
    [
        new PublishPart(),
        new BulkPublishPart(),
        new RoutingPart(),
        new ResiliencePart(),
        new OwnSidecarPart(),
        new StreamPart(),
        new StreamScenesPart(),
        new FaultScenesPart(),
        new ProxyPart(),
        new DeliverPart("http"),
        new DeliverPart("grpc"),
        new BulkSubscribePart("http"),
        new BulkSubscribePart("grpc"),
        new BulkSubscribePart("grpc-alpha-fallback"),
        new BulkBatchesPart(),
        new ResourcesPart(),
        new AppGonePart(),
        new TimeZonePart(),
        new ConcurrencyPart(),
        new StartupPart(),
        new JsSdkPart("http-client"),
        new JsSdkPart("grpc-client"),
        new JsSdkPart("http-server"),
        new JsSdkPart("grpc-server"),
    ];
}
