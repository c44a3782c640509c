using Grpc.Core;
using OpsMesh.Console.Backends;
using OpsMesh.Contracts.Registry.V1;

namespace OpsMesh.Console.Login;

/// <summary>
/// Whether an operator token counts, for the few things that the console answers itself. It asks the registry with a cheap read, so
/// that tokens are judged in one place, and remembers a yes for a short time.
/// </summary>
internal sealed class TokenCheck(BackendCalls calls, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _good = new(StringComparer.Ordinal);

    /// <exception cref="RpcException">The token does not count, or the registry cannot be asked.</exception>
    public async Task EnsureAsync(string token, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_good.TryGetValue(token, out var at) && clock.GetUtcNow() - at < Fresh)
            {
                return;
            }
        }

        var request = new ListNodesRequest { Page = new Contracts.Common.V1.Page { Size = 1 } };
        await calls.CallAsync(RegistryMethods.ListNodes, request, new Metadata { { "authorization", $"Bearer {token}" } }, cancellationToken);
        lock (_gate)
        {
            if (_good.Count > 1_000)
            {
                _good.Clear();
            }

            _good[token] = clock.GetUtcNow();
        }
    }
}
