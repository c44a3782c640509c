using System.Reflection;
using System.Text.Json;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;

namespace Dapr.Common;

/// <summary>Makes a client of one building block; what is not set comes from <see cref="DaprDefaults"/>.</summary>
public abstract class DaprGenericClientBuilder<TClientBuilder>
    where TClientBuilder : class, IDaprClient
{
    private string _httpEndpoint;
    private string _grpcEndpoint;
    private Func<HttpClient> _httpClients = () => new HttpClient();
    private TimeSpan? _timeout;
    private GrpcChannelOptions _channel = new() { ThrowOperationCanceledOnCancellation = true };

    protected DaprGenericClientBuilder(IConfiguration? configuration = null)
    {
        // The official builder reads the endpoints from the environment only, and the token from the configuration too.
        _httpEndpoint = DaprDefaults.GetDefaultHttpEndpoint(configuration);
        _grpcEndpoint = DaprDefaults.GetDefaultGrpcEndpoint(configuration);
        DaprApiToken = DaprDefaults.GetDefaultDaprApiToken(configuration) ?? "";
    }

    public JsonSerializerOptions JsonSerializerOptions { get; private set; } = new(JsonSerializerDefaults.Web);

    public string DaprApiToken { get; private set; }

    public DaprGenericClientBuilder<TClientBuilder> UseHttpEndpoint(string httpEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(httpEndpoint);
        _httpEndpoint = httpEndpoint;
        return this;
    }

    public DaprGenericClientBuilder<TClientBuilder> UseHttpClientFactory(IHttpClientFactory httpClientFactory)
    {
        _httpClients = httpClientFactory.CreateClient;
        return this;
    }

    public DaprGenericClientBuilder<TClientBuilder> UseGrpcEndpoint(string grpcEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(grpcEndpoint);
        _grpcEndpoint = grpcEndpoint;
        return this;
    }

    public DaprGenericClientBuilder<TClientBuilder> UseJsonSerializationOptions(JsonSerializerOptions options)
    {
        JsonSerializerOptions = options;
        return this;
    }

    public DaprGenericClientBuilder<TClientBuilder> UseGrpcChannelOptions(GrpcChannelOptions grpcChannelOptions)
    {
        _channel = grpcChannelOptions;
        return this;
    }

    public DaprGenericClientBuilder<TClientBuilder> UseDaprApiToken(string apiToken)
    {
        DaprApiToken = apiToken;
        return this;
    }

    /// <summary>Limits the HTTP calls only.</summary>
    public DaprGenericClientBuilder<TClientBuilder> UseTimeout(TimeSpan timeout)
    {
        _timeout = timeout;
        return this;
    }

    public abstract TClientBuilder Build();

    /// <param name="assembly">Whose version the calls name; here they name this library's.</param>
    /// <exception cref="InvalidOperationException">An endpoint is neither http nor https.</exception>
    protected internal (GrpcChannel channel, HttpClient httpClient, Uri httpEndpoint, string daprApiToken) BuildDaprClientDependencies(Assembly assembly)
    {
        var grpc = Checked(_grpcEndpoint, "gRPC");
        var http = Checked(_httpEndpoint, "HTTP");
        var client = _httpClients();
        client.Timeout = _timeout ?? client.Timeout;
        return (GrpcChannel.ForAddress(grpc, _channel), client, http, DaprApiToken);
    }

    private static Uri Checked(string endpoint, string kind) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? new Uri(endpoint)
            : throw new InvalidOperationException($"The {kind} endpoint must use http or https.");
}
