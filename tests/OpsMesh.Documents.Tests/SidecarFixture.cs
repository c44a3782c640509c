using Dapr.Client;
using Microsoft.Extensions.Options;
using OpsMesh.DocumentStore.Sidecar;
using OpsMesh.Testing;

namespace OpsMesh.DocumentStore;

/// <summary>A real sidecar with state.sqlite, for all tests of the class.</summary>
public sealed class SidecarFixture : IAsyncLifetime
{
    private readonly TestApp _app = new("documents", AppPort: 0);
    private TestSidecar? _sidecar;
    private DaprClient? _client;

    internal DaprStateStore Store =>
        new(_client!, Options.Create(new DocumentsOptions()), TimeProvider.System);

    internal DaprEventBroker Broker => new(_client!, Options.Create(new DocumentsOptions()), TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        _sidecar = await TestSidecar.StartAsync([_app], TestContext.Current.CancellationToken);
        _client = new DaprClientBuilder()
            .UseGrpcEndpoint($"http://127.0.0.1:{_app.GrpcPort}")
            .UseHttpEndpoint($"http://127.0.0.1:{_app.HttpPort}")
            .UseDaprApiToken(_app.ApiToken)
            .Build();
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_sidecar is not null)
        {
            await _sidecar.DisposeAsync();
        }
    }
}
