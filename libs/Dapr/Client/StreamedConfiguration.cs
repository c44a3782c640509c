using Grpc.Core;
using Wire = Dapr.Client.Autogen.Grpc.v1;

namespace Dapr.Client;

/// <summary>The stream of one subscription, opened already.</summary>
internal sealed class StreamedConfiguration(AsyncServerStreamingCall<Wire.SubscribeConfigurationResponse> call, string id) : ConfigurationSource
{
    public override string Id => id;

    public override async IAsyncEnumerator<IDictionary<string, ConfigurationItem>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using (call)
        {
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                yield return call.ResponseStream.Current.Items.ToDictionary(i => i.Key, i => WireConversions.FromWire(i.Value));
            }
        }
    }
}
