using Wire = Dapr.Client.Autogen.Grpc.v1;

namespace Dapr.Client;

internal sealed partial class DaprClientGrpc
{
    public override async Task<Dictionary<string, string>> GetSecretAsync(
        string storeName, string key, IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        var request = new Wire.GetSecretRequest { StoreName = storeName, Key = key };
        request.Metadata.AddAll(metadata);
        var answer = await CallAsync("Secret", client.GetSecretAsync(request, Options(cancellationToken)));
        return answer.Data.ToDictionary(s => s.Key, s => s.Value);
    }

    public override async Task<Dictionary<string, Dictionary<string, string>>> GetBulkSecretAsync(
        string storeName, IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        var request = new Wire.GetBulkSecretRequest { StoreName = storeName };
        request.Metadata.AddAll(metadata);
        var answer = await CallAsync("Bulk secret", client.GetBulkSecretAsync(request, Options(cancellationToken)));
        return answer.Data.ToDictionary(s => s.Key, s => s.Value.Secrets.ToDictionary(v => v.Key, v => v.Value));
    }
}
