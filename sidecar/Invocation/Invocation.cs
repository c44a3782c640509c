using Microsoft.Extensions.Primitives;
using OpsMesh.Sidecar.Apps;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>One call of another application's method, whichever protocol it came by.</summary>
/// <param name="TargetId">An app id, the name of an HTTPEndpoint, or the address of a server.</param>
internal sealed record Invocation(AppSidecar Caller, string TargetId, InvokedMethod Method)
{
    /// <summary>Null: the caller named none; an application that speaks HTTP cannot be called then.</summary>
    public string? Verb { get; init; }

    /// <summary>Without its question mark.</summary>
    public string Query { get; init; } = "";

    public string ContentType { get; init; } = "";

    /// <summary>Headers, or metadata, as the caller sent them.</summary>
    public IReadOnlyList<KeyValuePair<string, StringValues>> Headers { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body is longer than the sidecar takes; it was not read.</summary>
    public bool IsTooLarge { get; init; }

    /// <summary>The body when its length is not known before; it can be read once only, so the call is not tried again.</summary>
    public Stream? Streamed { get; init; }

    /// <summary>By InvokeService.</summary>
    public bool IsGrpc { get; init; }

    public required InvocationTrace Trace { get; init; }
}

/// <summary>The trace that the called application gets.</summary>
internal sealed record InvocationTrace(string Parent, string State);
