using System.Text.Json;
using Grpc.Net.Client;
using Wire = Dapr.Client.Autogen.Grpc.v1;

namespace Dapr.Client;

/// <summary>Makes a <see cref="DaprClient"/>; what is not set comes from <see cref="DaprDefaults"/>.</summary>
public sealed class DaprClientBuilder
{
    private string _httpEndpoint = DaprDefaults.GetDefaultHttpEndpoint();
    private string _grpcEndpoint = DaprDefaults.GetDefaultGrpcEndpoint();
    private string? _token = DaprDefaults.GetDefaultDaprApiToken(null);
    private JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);
    private TimeSpan? _timeout;

    // Without this a cancelled call would surface as RpcException and be wrapped like an outage.
    private GrpcChannelOptions _channel = new() { ThrowOperationCanceledOnCancellation = true };

    public DaprClientBuilder UseHttpEndpoint(string httpEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(httpEndpoint);
        _httpEndpoint = httpEndpoint;
        return this;
    }

    public DaprClientBuilder UseGrpcEndpoint(string grpcEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(grpcEndpoint);
        _grpcEndpoint = grpcEndpoint;
        return this;
    }

    public DaprClientBuilder UseJsonSerializationOptions(JsonSerializerOptions options)
    {
        _json = options;
        return this;
    }

    /// <summary>Replaces the defaults, so that a cancelled call throws RpcException unless the options say otherwise.</summary>
    public DaprClientBuilder UseGrpcChannelOptions(GrpcChannelOptions grpcChannelOptions)
    {
        _channel = grpcChannelOptions;
        return this;
    }

    public DaprClientBuilder UseDaprApiToken(string apiToken)
    {
        _token = apiToken;
        return this;
    }

    /// <summary>Limits the HTTP calls only; a gRPC call is limited by its token.</summary>
    public DaprClientBuilder UseTimeout(TimeSpan timeout)
    {
        _timeout = timeout;
        return this;
    }

    /// <exception cref="InvalidOperationException">An endpoint is neither http nor https.</exception>
    public DaprClient Build()
    {
        var http = Checked(_httpEndpoint, "HTTP");
        var grpc = Checked(_grpcEndpoint, "gRPC");
        var channel = GrpcChannel.ForAddress(grpc, _channel);
        var httpClient = new HttpClient();
        if (_timeout is { } timeout)
        {
            httpClient.Timeout = timeout;
        }

        return new DaprClientGrpc(channel, new Wire.Dapr.DaprClient(channel), httpClient, http, _json, _token);
    }

    internal DaprClientBuilder ReadDefaults(Microsoft.Extensions.Configuration.IConfiguration? configuration)
    {
        _httpEndpoint = DaprDefaults.GetDefaultHttpEndpoint(configuration);
        _grpcEndpoint = DaprDefaults.GetDefaultGrpcEndpoint(configuration);
        _token = DaprDefaults.GetDefaultDaprApiToken(configuration);
        return this;
    }

    private static Uri Checked(string endpoint, string kind) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? new Uri(endpoint)
            : throw new InvalidOperationException($"The {kind} endpoint must use http or https.");
}
