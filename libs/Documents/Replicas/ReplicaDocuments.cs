namespace OpsMesh.DocumentStore.Replicas;

/// <summary><c>replica:service:id</c>: gone when the replica has been silent for its time to live.</summary>
internal sealed record LeaseDocument
{
    public int Schema { get; init; } = 1;

    public required DateTimeOffset StartedAt { get; init; }
}

/// <summary><c>replicas:service</c>: everyone whose slots may hold something. Only an adopter that found them empty removes a member.</summary>
internal sealed record MembersDocument
{
    public int Schema { get; init; } = 1;

    public IReadOnlyList<Member> Replicas { get; init; } = [];
}

internal sealed record Member
{
    public required string Id { get; init; }

    public required DateTimeOffset JoinedAt { get; init; }

    public required ProcessPlace Place { get; init; }
}
