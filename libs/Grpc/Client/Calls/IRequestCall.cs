using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>A call as the writer of its requests sees it.</summary>
internal interface IRequestCall<in TRequest> : IClientCall
{
    bool HasEnded { get; }

    CancellationToken Token { get; }

    void Encode(TRequest message, PooledBuffer target, WriteOptions? writeOptions);

    Exception WriteRefusal();

    Task<Exception> WriteFailureAsync(Exception failure);
}
