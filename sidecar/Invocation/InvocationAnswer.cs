using Grpc.Core;
using Microsoft.Extensions.Primitives;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>What an application answered.</summary>
internal sealed class InvocationAnswer : IDisposable
{
    /// <summary>Of an application that speaks HTTP; 0 otherwise.</summary>
    public int HttpStatus { get; init; }

    public IReadOnlyList<KeyValuePair<string, StringValues>> Headers { get; init; } = [];

    public string ContentType { get; init; } = "";

    public Stream Body { get; set; } = Stream.Null;

    /// <summary>The status of an application that speaks gRPC, when it is not OK.</summary>
    public RpcException? Refusal { get; init; }

    public Metadata Trailers { get; init; } = [];

    /// <summary>What <see cref="Body"/> hangs on.</summary>
    public IDisposable? Source { get; init; }

    public bool IsHandedOver { get; set; }

    /// <summary>So that it can be told after further attempts.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        var kept = new MemoryStream();
        await Body.CopyToAsync(kept, cancellationToken);
        kept.Position = 0;
        Body = kept;
    }

    public void Dispose()
    {
        Body.Dispose();
        Source?.Dispose();
    }
}
