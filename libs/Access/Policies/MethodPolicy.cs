using System.Collections.Frozen;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using OpsMesh.Contracts.Options.V1;

namespace OpsMesh.Access;

/// <summary>The policy of one method, ready to be applied.</summary>
internal sealed class MethodPolicy
{
    private readonly FrozenSet<CallerKind> _kinds;
    private readonly FrozenSet<string> _services;
    private readonly FrozenSet<Role> _roles;
    private readonly IReadOnlyList<NodeField> _nodeFields;
    private readonly int _maxBytes;

    private MethodPolicy(IEnumerable<CallerKind> kinds, IEnumerable<string> services, IEnumerable<Role> roles, IReadOnlyList<NodeField> nodeFields, int maxBytes)
    {
        _kinds = kinds.ToFrozenSet();
        _services = services.ToFrozenSet(StringComparer.Ordinal);
        _roles = roles.ToFrozenSet();
        _nodeFields = nodeFields;
        _maxBytes = maxBytes;
    }

    /// <summary>For methods whose proto is not ours: one kind of caller, no fields to check.</summary>
    public static MethodPolicy Foreign(CallerKind kind) => new([kind], [], [], [], int.MaxValue);

    /// <summary>The policy must have passed <see cref="PolicyCheck"/>.</summary>
    public static MethodPolicy From(MethodDescriptor method, Policy policy) => new(
        policy.Principals.Select(Kind),
        policy.Services,
        policy.Roles,
        [.. policy.NodeFields.Select(path => NodeField.Parse(method.InputType, path))],
        (int)policy.MaxBytes);

    public bool IsOpen => _kinds.Contains(CallerKind.Anyone);

    public bool Admits(CallerKind kind) => _kinds.Contains(kind);

    /// <returns>Null when the caller may call the method at all.</returns>
    public Failure? Check(Caller caller)
    {
        if (caller.Kind == CallerKind.LocalRoot)
        {
            return null;
        }

        if (!Admits(caller.Kind) || (caller.Kind == CallerKind.Service && !_services.Contains(caller.Name)))
        {
            return Deny(Reasons.RoleMissing, $"{caller.Id} may not call this method.");
        }

        return caller.Kind == CallerKind.Operator && !_roles.Overlaps(caller.Roles)
            ? Deny(Reasons.RoleMissing, $"One of these roles is needed: {string.Join(", ", _roles.Order())}.")
            : null;
    }

    /// <returns>Null when the message is small enough and names no other node than its sender.</returns>
    public Failure? Check(Caller caller, IMessage message)
    {
        if (_maxBytes != int.MaxValue && message.CalculateSize() is var bytes && bytes > _maxBytes)
        {
            return new Failure(FailureKind.Busy, Reasons.MessageTooLarge, $"The message has {bytes} bytes; at most {_maxBytes} are taken here.");
        }

        if (caller.NodeId is not { } nodeId)
        {
            return null;
        }

        foreach (var field in _nodeFields)
        {
            if (field.Values(message).Any(named => named.Length > 0 && named != nodeId))
            {
                return Deny(Reasons.NodeIdMismatch, $"'{field.Path}' names another node than the certificate.") with { Field = field.Path };
            }
        }

        return null;
    }

    private static Failure Deny(string reason, string message) => new(FailureKind.Denied, reason, message);

    private static CallerKind Kind(Principal principal) => principal switch
    {
        Principal.Node => CallerKind.Node,
        Principal.Bootstrap => CallerKind.Bootstrap,
        Principal.Service => CallerKind.Service,
        Principal.Operator => CallerKind.Operator,
        Principal.Sidecar => CallerKind.Sidecar,
        _ => throw new ArgumentOutOfRangeException(nameof(principal), principal, "unknown principal"),
    };
}
