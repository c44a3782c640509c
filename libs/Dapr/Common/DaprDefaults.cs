using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Dapr;

/// <summary>Where the sidecar is and which tokens guard it: configuration keys first, then environment variables of the same names.</summary>
public static class DaprDefaults
{
    public const string DaprApiTokenEnvironmentVariableName = "DAPR_API_TOKEN";
    public const string AppApiTokenEnvironmentVariableName = "APP_API_TOKEN";
    public const string DaprHttpEndpointEnvironmentVariableName = "DAPR_HTTP_ENDPOINT";
    public const string DaprHttpPortEnvironmentVariableName = "DAPR_HTTP_PORT";
    public const string DaprGrpcEndpointEnvironmentVariableName = "DAPR_GRPC_ENDPOINT";
    public const string DaprGrpcPortEnvironmentVariableName = "DAPR_GRPC_PORT";

    private const string DefaultHost = "localhost";
    private const int DefaultHttpPort = 3500;
    private const int DefaultGrpcPort = 50001;

    public static string? GetDefaultDaprApiToken(IConfiguration? configuration) => Read(configuration, DaprApiTokenEnvironmentVariableName);

    public static string? GetDefaultAppApiToken(IConfiguration? configuration) => Read(configuration, AppApiTokenEnvironmentVariableName);

    /// <returns>Such as <c>http://localhost:3500/</c>; an endpoint wins over a port, and its path is dropped.</returns>
    public static string GetDefaultHttpEndpoint(IConfiguration? configuration = null) =>
        Endpoint(configuration, DaprHttpEndpointEnvironmentVariableName, DaprHttpPortEnvironmentVariableName, DefaultHttpPort);

    /// <inheritdoc cref="GetDefaultHttpEndpoint"/>
    public static string GetDefaultGrpcEndpoint(IConfiguration? configuration = null) =>
        Endpoint(configuration, DaprGrpcEndpointEnvironmentVariableName, DaprGrpcPortEnvironmentVariableName, DefaultGrpcPort);

    private static string Endpoint(IConfiguration? configuration, string endpointName, string portName, int defaultPort)
    {
        if (Read(configuration, endpointName) is { } endpoint)
        {
            var given = new Uri(endpoint);
            return new UriBuilder(given.Scheme, given.Host, given.Port).ToString();
        }

        var port = Read(configuration, portName) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : defaultPort;
        return new UriBuilder(Uri.UriSchemeHttp, DefaultHost, port).ToString();
    }

    private static string? Read(IConfiguration? configuration, string name)
    {
        var value = configuration?[name];
        if (string.IsNullOrWhiteSpace(value))
        {
            value = Environment.GetEnvironmentVariable(name);
        }

        return string.IsNullOrWhiteSpace(value) ? null : value;
    }
}
