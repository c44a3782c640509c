namespace OpsMesh.DocumentStore.Replicas;

/// <summary>This process as one replica of its service. The id is new at each start.</summary>
public sealed class ReplicaIdentity(string service, TimeProvider clock)
{
    public string Service { get; } = service;

    public string Id { get; } = Guid.CreateVersion7(clock.GetUtcNow()).ToString("D");

    internal string LeaseKey => LeaseKeyOf(Id);

    internal string MembersKey => $"replicas:{Service}";

    internal string LeaseKeyOf(string replica) => $"replica:{Service}:{replica}";
}
