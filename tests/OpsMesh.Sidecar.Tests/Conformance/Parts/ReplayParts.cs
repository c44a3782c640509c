using OpsMesh.Sidecar.Tests.Conformance.Invoking;
using OpsMesh.Sidecar.Tests.Conformance.Messaging;

namespace OpsMesh.Sidecar.Tests.Conformance.Parts;

/// <summary>Every part of the suite. A case that none takes counts as not replayed yet.</summary>
internal static class ReplayParts
{
    public static IReadOnlyList<IReplayPart> All() =>
    [
        new StatePart("all-stores", redisDatabase: 1),
        new StatePart("no-store"),
        new StatePart("prefixes", redisDatabase: 2),
        new StatePart("prefixes-ns", redisDatabase: 2),
        new StatePart("redis-extras", redisPort: 21903),
        new StatePart("api-token"),
        new StatePart("api-denied"),
        new StatePart("api-allowed"),
        new StatePart("api-limits"),
        new StatePart("api-plain"),
        new StatePart("api-cors"),
        new StatePart("api-no-h2c"),
        new StatePart("api-public"),
        new StoreFailurePart(),
        new RedisFailurePart(),
        new BlocksPart("lock-config-secrets", "lcs"),
        new BlocksPart("lock-config-secrets", "lcs-none"),
        new BlocksPart("lock-config-secrets", "lcs-noapp"),
        new BlocksPart("npm-client", "npm"),
        new ServerPart(),
        new AppHealthPart(),
        new AccessPart(),
        new AppChannelPart(),
        new MetadataPart(),
        new ComponentStartPart(),
        new InvokePart("invoke/http/"),
        new InvokePart("invoke/http-to-grpc-app/", "invoke/grpc-to-http-app/", "invoke/grpc-to-grpc-app/"),
        new InvokeSetupPart(),
        .. MessagingParts.All(),
    ];
}
