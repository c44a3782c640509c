using Wire = Dapr.Client.Autogen.Grpc.v1;

namespace Dapr.Client;

internal sealed partial class DaprClientGrpc
{
    private static readonly TimeSpan HealthPoll = TimeSpan.FromMilliseconds(500);

    public override Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default) =>
        IsHealthyAsync("/v1.0/healthz", cancellationToken);

    public override Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default) =>
        IsHealthyAsync("/v1.0/healthz/outbound", cancellationToken);

    public override async Task WaitForSidecarAsync(CancellationToken cancellationToken = default)
    {
        while (!await CheckOutboundHealthAsync(cancellationToken))
        {
            await Task.Delay(HealthPoll, TimeProvider.System, cancellationToken);
        }
    }

    public override async Task ShutdownSidecarAsync(CancellationToken cancellationToken = default) =>
        await client.ShutdownAsync(new Wire.ShutdownRequest(), Options(cancellationToken));

    public override async Task<DaprMetadata> GetMetadataAsync(CancellationToken cancellationToken = default)
    {
        var answer = await CallAsync("Get metadata", client.GetMetadataAsync(new Wire.GetMetadataRequest(), Options(cancellationToken)));
#pragma warning disable CS0612 // The official client still reads the deprecated list of actors.
        var actors = answer.ActiveActorsCount;
#pragma warning restore CS0612
        return new DaprMetadata(
            answer.Id,
            [.. actors.Select(a => new DaprActorMetadata(a.Type, a.Count))],
            answer.ExtendedMetadata.ToDictionary(e => e.Key, e => e.Value),
            [.. answer.RegisteredComponents.Select(c => new DaprComponentsMetadata(c.Name, c.Type, c.Version, [.. c.Capabilities]))]);
    }

    public override Task SetMetadataAsync(string attributeName, string attributeValue, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(attributeName);
        var request = new Wire.SetMetadataRequest { Key = attributeName, Value = attributeValue };
        return CallAsync("Set metadata", client.SetMetadataAsync(request, Options(cancellationToken)));
    }

    private async Task<bool> IsHealthyAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(httpEndpoint, path));
        if (!string.IsNullOrWhiteSpace(token))
        {
            request.Headers.Add("dapr-api-token", token);
        }

        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The client's own time-out.
            return false;
        }
    }
}
