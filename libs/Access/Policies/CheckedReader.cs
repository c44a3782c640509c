using Grpc.Core;

namespace OpsMesh.Access;

/// <summary>A request stream whose every message passes the policy before the handler sees it.</summary>
internal sealed class CheckedReader<T>(IAsyncStreamReader<T> inner, Action<T> check) : IAsyncStreamReader<T>
{
    public T Current => inner.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (!await inner.MoveNext(cancellationToken))
        {
            return false;
        }

        check(inner.Current);
        return true;
    }
}
