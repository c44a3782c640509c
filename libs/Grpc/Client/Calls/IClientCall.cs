using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>What the object a caller holds asks of its call.</summary>
internal interface IClientCall : IDisposable
{
    Task<Metadata> HeadersAsync { get; }

    Status GetStatus();

    Metadata GetTrailers();

    void CancelByCaller();
}
