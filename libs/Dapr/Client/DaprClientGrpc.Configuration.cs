using Wire = Dapr.Client.Autogen.Grpc.v1;

namespace Dapr.Client;

internal sealed partial class DaprClientGrpc
{
    public override async Task<GetConfigurationResponse> GetConfiguration(
        string storeName, IReadOnlyList<string> keys, IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        var request = new Wire.GetConfigurationRequest { StoreName = storeName };
        request.Keys.AddRange(keys ?? []);
        request.Metadata.AddAll(metadata);
        var answer = await CallAsync("GetConfiguration", client.GetConfigurationAsync(request, Options(cancellationToken)));
        return new GetConfigurationResponse(answer.Items.ToDictionary(i => i.Key, i => WireConversions.FromWire(i.Value)));
    }

    public override async Task<SubscribeConfigurationResponse> SubscribeConfiguration(
        string storeName, IReadOnlyList<string> keys, IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        var request = new Wire.SubscribeConfigurationRequest { StoreName = storeName };
        request.Keys.AddRange(keys ?? []);
        request.Metadata.AddAll(metadata);
        var call = client.SubscribeConfiguration(request, Options(cancellationToken));
        try
        {
            // The first message has the id alone. The official client reads it only with the first change, and has no id until then.
            var id = await call.ResponseStream.MoveNext(cancellationToken) ? call.ResponseStream.Current.Id : "";
            return new SubscribeConfigurationResponse(new StreamedConfiguration(call, id));
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    public override async Task<UnsubscribeConfigurationResponse> UnsubscribeConfiguration(string storeName, string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(id);
        // As officially, its failure is the bare RpcException.
        var answer = await client.UnsubscribeConfigurationAsync(new Wire.UnsubscribeConfigurationRequest { StoreName = storeName, Id = id }, Options(cancellationToken));
        return new UnsubscribeConfigurationResponse(answer.Ok, answer.Message);
    }
}
