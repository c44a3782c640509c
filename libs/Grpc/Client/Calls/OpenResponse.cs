namespace Grpc.Net.Client.Calls;

/// <summary>A response whose headers have come. Next is null after its last message.</summary>
internal sealed record OpenResponse<TResponse>(Func<CancellationToken, Task<TResponse?>> NextAsync, IDisposable Lifetime)
    where TResponse : class;
