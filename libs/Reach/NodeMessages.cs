using Grpc.Core;

namespace OpsMesh.Reach;

/// <summary>A server stream of a daemon whose first message has come. One reader.</summary>
public sealed class NodeMessages<T> : IDisposable
    where T : class
{
    private readonly string _nodeId;
    private readonly IAsyncStreamReader<T> _reader;
    private readonly IDisposable _call;
    private T? _first;

    /// <param name="first">The message that has come; null when the stream ended without one.</param>
    public NodeMessages(string nodeId, Way way, T? first, IAsyncStreamReader<T> reader, IDisposable call) =>
        (_nodeId, Way, _first, _reader, _call) = (nodeId, way, first, reader, call);

    public Way Way { get; }

    /// <returns>The next message; null at the end of the stream; or the refusal it ended with (NODE_UNREACHABLE when it broke).</returns>
    public async Task<Outcome<T?>> NextAsync(CancellationToken cancellationToken)
    {
        if (_first is { } first)
        {
            _first = null;
            return first;
        }

        try
        {
            return Outcome<T?>.Of(await _reader.MoveNext(cancellationToken) ? _reader.Current : null);
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (NodeFailures.Typed(e) is { } refused)
            {
                return refused;
            }

            if (NodeFailures.IsUnreachable(e))
            {
                return NodeFailures.Unreachable(_nodeId, $"the stream ended with {e.StatusCode}.");
            }

            throw;
        }
    }

    public void Dispose() => _call.Dispose();
}
