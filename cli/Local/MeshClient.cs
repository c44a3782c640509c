using System.Net.Http.Headers;
using System.Text.Json;

namespace OpsMesh.Cli.Local;

/// <summary>The console's REST API, as `up` and `smoke` use it: as an operator with the run's own token.</summary>
internal sealed class MeshClient(HttpClient http, string url, string token)
{
    /// <summary>Ends with a slash. Joined as text: as a relative URI, <c>metrics:query</c> would read as a scheme.</summary>
    public Uri Base { get; } = new(url + "/api/v1/");

    public string Token => token;

    /// <exception cref="HttpRequestException">The console is not there or refused, with its problem's detail.</exception>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, body: null, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    public async Task<JsonElement> PostAsync(string path, string body, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Post, path, body, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    /// <summary>The answer as it is, whatever its status; the caller disposes it.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(Base + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
        {
            request.Content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json"));
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{answer.RequestMessage!.RequestUri!.PathAndQuery} answered {(int)answer.StatusCode}: {text}", null, answer.StatusCode);
        }

        return JsonElement.Parse(text);
    }
}
