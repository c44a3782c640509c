namespace Dapr.Client;

/// <summary>Turns requests to <c>http://{appId}/path</c> into invocations through the sidecar.</summary>
public class InvocationHandler : DelegatingHandler
{
    private const string TokenHeader = "dapr-api-token";

    private Uri _endpoint = new(DaprDefaults.GetDefaultHttpEndpoint());

    /// <summary>The sidecar's HTTP endpoint; the scheme must be http or https.</summary>
    public string DaprEndpoint
    {
        get => _endpoint.OriginalString;
        set => _endpoint = new Uri(value) is { Scheme: "http" or "https" } valid
            ? valid
            : throw new ArgumentException("The Dapr endpoint must use http or https.", nameof(value));
    }

    /// <summary>Used with its letter case when a request's host equals it: a Uri loses the case of its host.</summary>
    public string? DefaultAppId { get; set; }

    internal string? DaprApiToken { get; init; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var original = request.RequestUri;
        if (original is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            throw new ArgumentException($"The request URI '{original}' is not a valid Dapr service invocation destination.", nameof(request));
        }

        var tokenAdded = DaprApiToken is not null && request.Headers.TryAddWithoutValidation(TokenHeader, DaprApiToken);
        request.RequestUri = InvocationAddress(original);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            // The caller may send the message again or look at it.
            request.RequestUri = original;
            if (tokenAdded)
            {
                request.Headers.Remove(TokenHeader);
            }
        }
    }

    private Uri InvocationAddress(Uri original)
    {
        var appId = string.Equals(original.Host, DefaultAppId, StringComparison.OrdinalIgnoreCase) ? DefaultAppId! : original.Host;
        return new UriBuilder(_endpoint)
        {
            Path = $"/v1.0/invoke/{appId}/method{original.AbsolutePath}",
            Query = original.Query,
        }.Uri;
    }
}
