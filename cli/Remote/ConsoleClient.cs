using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpsMesh.Cli.Remote;

/// <summary>The console's REST API. A refusal is a <see cref="CliException"/> that starts with the typed reason.</summary>
internal sealed class ConsoleClient : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(40);
    private readonly HttpClient _http;

    public ConsoleClient(ConsoleAddress address, HttpMessageHandler? handler = null)
    {
        // Streams have no end; plain calls get their limit below.
        _http = new HttpClient(handler ?? new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address.Url, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", address.Token);
    }

    public Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken) => AskAsync(new HttpRequestMessage(HttpMethod.Get, Api(path)), cancellationToken);

    public Task<JsonObject> PostAsync(string path, JsonObject body, CancellationToken cancellationToken) =>
        AskAsync(new HttpRequestMessage(HttpMethod.Post, Api(path)) { Content = JsonContent.Create(body) }, cancellationToken);

    /// <summary>All items of a list, page after page.</summary>
    public async Task<List<JsonObject>> ListAsync(string path, string items, CancellationToken cancellationToken)
    {
        var all = new List<JsonObject>();
        var cursor = "";
        do
        {
            var query = cursor.Length == 0 ? "?page.size=1000" : $"?page.size=1000&page.cursor={Uri.EscapeDataString(cursor)}";
            var page = await GetAsync(path + query, cancellationToken);
            all.AddRange((page[items] as JsonArray ?? []).OfType<JsonObject>());
            cursor = page["next_cursor"]?.GetValue<string>() ?? "";
        }
        while (cursor.Length > 0);
        return all;
    }

    /// <summary>Messages of a server stream, until it ends.</summary>
    public async IAsyncEnumerable<JsonObject> EventsAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Api(path));
        using var response = await SendAsync(request, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellationToken))
        {
            var data = JsonNode.Parse(item.Data) as JsonObject ?? [];
            yield return item.EventType == "error" ? throw Refused(data) : data;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonObject> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AnswerLimit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using (request)
        {
            try
            {
                using var response = await SendAsync(request, either.Token);
                return JsonNode.Parse(await response.Content.ReadAsStringAsync(either.Token)) as JsonObject ?? [];
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                throw new CliException(ExitCodes.Failed, $"{_http.BaseAddress} did not answer within {AnswerLimit.TotalSeconds} s");
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new CliException(ExitCodes.NotUp, $"no console answers at {_http.BaseAddress}: {exception.Message}") { IsTransient = true };
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            throw Refused(Problem(text) ?? new JsonObject { ["status"] = (int)response.StatusCode, ["detail"] = $"HTTP {(int)response.StatusCode}" });
        }
    }

    private static CliException Refused(JsonObject problem)
    {
        string Text(string name) => problem[name]?.ToString() ?? "";
        var reason = Text("reason") is { Length: > 0 } known ? known : "UNKNOWN";
        var field = Text("field") is { Length: > 0 } name ? $" (field {name})" : "";
        return new CliException(Text("status") == "400" ? ExitCodes.BadConfiguration : ExitCodes.Failed, $"{reason}: {VisibleText.Of(Text("detail"))}{field}")
        {
            IsTransient = Text("status") is "429" or "503" or "504",
        };
    }

    private static JsonObject? Problem(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Api(string path) => "/api/v1" + path;
}
