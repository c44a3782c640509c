using Dapr.Client;

namespace OpsMesh.Bench.Subjects.Stating;

/// <summary>As a service does it.</summary>
internal sealed class SidecarState(Uri sidecar, string store) : IStateAccess
{
    private readonly DaprClient _client = new DaprClientBuilder().UseGrpcEndpoint(sidecar.ToString()).Build();

    public Task SaveAsync(string key, byte[] value) => _client.SaveByteStateAsync(store, key, value);

    public async Task<int> GetAsync(string key) => (await _client.GetByteStateAsync(store, key)).Length;

    public Task SaveTogetherAsync(IReadOnlyList<string> keys, byte[] value) => _client.ExecuteStateTransactionAsync(
        store, [.. keys.Select(key => new StateTransactionRequest(key, value, StateOperationType.Upsert))]);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
