using OpsMesh.Contracts.Options.V1;

namespace OpsMesh.Access;

public enum CallerKind
{
    Node = 1,
    Service,
    Operator,
    Sidecar,
    LocalRoot,

    /// <summary>No certificate yet; the method itself judges the bootstrap token.</summary>
    Bootstrap,

    /// <summary>Nobody was asked who they are: the method is open to all.</summary>
    Anyone,
}

/// <summary>Who is calling, as proven by port and credential; never by anything in the request.</summary>
/// <param name="Name">Node id, service name, or the token's name.</param>
public sealed record Caller(CallerKind Kind, string Name)
{
    /// <summary>For audit and envelopes: <c>node/…</c>, <c>service/…</c>, <c>operator/…</c>, <c>sidecar</c>, <c>local-root</c>.</summary>
    public string Id => Kind switch
    {
        CallerKind.Node => $"node/{Name}",
        CallerKind.Service => $"service/{Name}",
        CallerKind.Operator => $"operator/{Name}",
        _ => Name,
    };

    /// <summary>The node that calls; null for every other kind of caller. The only place a handler may take a caller's node id from.</summary>
    public string? NodeId => Kind == CallerKind.Node ? Name : null;

    /// <summary>Operators only.</summary>
    public IReadOnlySet<Role> Roles { get; init; } = NoRoles;

    private static IReadOnlySet<Role> NoRoles { get; } = new HashSet<Role>();

    public static Caller Node(string nodeId) => new(CallerKind.Node, nodeId);

    public static Caller Service(string name) => new(CallerKind.Service, name);

    public static Caller Sidecar { get; } = new(CallerKind.Sidecar, "sidecar");

    public static Caller LocalRoot { get; } = new(CallerKind.LocalRoot, "local-root");

    public static Caller Bootstrap { get; } = new(CallerKind.Bootstrap, "bootstrap");

    public static Caller Anyone { get; } = new(CallerKind.Anyone, "anyone");
}
