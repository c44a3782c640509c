namespace Grpc.Core;

public interface IAsyncStreamReader<out T>
{
    /// <exception cref="InvalidOperationException">Before the first or after the last message.</exception>
    T Current { get; }

    /// <returns>False once the peer has sent all its messages.</returns>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
