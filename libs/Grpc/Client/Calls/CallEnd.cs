using System.Net.Http.Headers;
using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>How a call ended.</summary>
/// <param name="status">The one status of the call.</param>
/// <param name="received">Where its trailers stand; null when it got none from the server.</param>
internal sealed class CallEnd(Status status, HttpHeaders? received)
{
    private Metadata? _trailers;

    public CallEnd(Status status, Metadata trailers)
        : this(status, (HttpHeaders?)null) => _trailers = trailers;

    public Status Status => status;

    /// <summary>Made for the first who asks: few do.</summary>
    public Metadata Trailers => _trailers
        ?? Interlocked.CompareExchange(ref _trailers, received is null ? [] : ResponseMetadata.Of(received), null)
        ?? _trailers;
}
