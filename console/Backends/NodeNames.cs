using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using OpsMesh.Contracts.Registry.V1;

namespace OpsMesh.Console.Backends;

/// <summary>Every place of the REST API that takes a node id takes a unique hostname too; services know ids only.</summary>
internal sealed partial class NodeNames(BackendCalls calls, TimeProvider clock)
{
    private const string NodeId = "node_id";
    private const int MostNames = 10_000;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (string Id, DateTimeOffset At)> _known = new(StringComparer.Ordinal);

    /// <summary>Replaces a hostname in the request's node_id by the id.</summary>
    /// <returns>Null when the request can go on its way.</returns>
    /// <exception cref="RpcException">The registry refused to tell.</exception>
    public async Task<Failure?> ResolveAsync(IMessage request, Metadata headers, CancellationToken cancellationToken)
    {
        if (request.Descriptor.FindFieldByName(NodeId) is not { FieldType: FieldType.String, IsRepeated: false } field
            || field.Accessor.GetValue(request) is not string { Length: > 0 } name
            || Guid.TryParseExact(name, "D", out _))
        {
            return null;
        }

        var id = await IdOfAsync(name, headers, cancellationToken);
        if (id.Succeeded)
        {
            field.Accessor.SetValue(request, id.Value);
        }

        return id.Failure;
    }

    private async Task<Outcome<string>> IdOfAsync(string name, Metadata headers, CancellationToken cancellationToken)
    {
        if (!Hostname().IsMatch(name))
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldFormat, "node_id is neither a node id nor a hostname.") { Field = NodeId };
        }

        if (_known.TryGetValue(name, out var known) && clock.GetUtcNow() - known.At < Fresh)
        {
            return known.Id;
        }

        var answer = (ListNodesResponse)await calls.CallAsync(RegistryMethods.ListNodes, new ListNodesRequest { Hostname = name }, headers, cancellationToken);
        switch (answer.Nodes)
        {
            case []:
                return new Failure(FailureKind.NotFound, Reasons.NodeUnknown, $"No node has the hostname '{name}'.") { Field = NodeId };
            case [var only]:
                Remember(name, only.NodeId);
                return only.NodeId;
            default:
                return new Failure(FailureKind.Invalid, Reasons.FieldFormat, $"{answer.Nodes.Count} nodes have the hostname '{name}'; give the node id.") { Field = NodeId };
        }
    }

    private void Remember(string name, string id)
    {
        if (_known.Count >= MostNames)
        {
            _known.Clear();
        }

        _known[name] = (id, clock.GetUtcNow());
    }

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?\z")]
    private static partial Regex Hostname();
}
