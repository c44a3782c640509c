using System.Net;
using System.Text;

namespace OpsMesh.Cli.Remote;

/// <summary>Answers REST calls from a list of canned answers and remembers what was asked.</summary>
internal sealed class FakeConsole : HttpMessageHandler
{
    private readonly Dictionary<string, (HttpStatusCode Status, string ContentType, string Body)> _answers = new(StringComparer.Ordinal);

    private readonly Dictionary<string, string> _later = new(StringComparer.Ordinal);

    public List<string> Asked { get; } = [];

    public string? Bearer { get; private set; }

    public static ConsoleClient Client(FakeConsole console) => new(new ConsoleAddress(new Uri("http://127.0.0.1:1"), "opm_t"), console);

    /// <param name="path">Path below /api/v1, without the query.</param>
    public FakeConsole On(string path, string json, HttpStatusCode status = HttpStatusCode.OK)
    {
        _answers[path] = (status, "application/json", json);
        return this;
    }

    public FakeConsole OnStream(string path, string events)
    {
        _answers[path] = (HttpStatusCode.OK, "text/event-stream", events);
        return this;
    }

    /// <summary>What the path answers when it is asked a second time.</summary>
    public FakeConsole ThenStream(string path, string events)
    {
        _later[path] = events;
        return this;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Bearer = request.Headers.Authorization?.ToString();
        var body = request.Content is null ? "" : " " + await request.Content.ReadAsStringAsync(cancellationToken);
        Asked.Add($"{request.Method} {Uri.UnescapeDataString(request.RequestUri!.PathAndQuery)}{body}");
        var path = Uri.UnescapeDataString(request.RequestUri.AbsolutePath)["/api/v1".Length..];
        var (status, type, text) = _answers.GetValueOrDefault(path, (HttpStatusCode.NotFound, "application/problem+json", """{"status":404,"reason":"OBJECT_UNKNOWN","detail":"nothing"}"""));
        if (_later.Remove(path, out var next))
        {
            OnStream(path, next);
        }

        return new HttpResponseMessage(status) { Content = new StringContent(text, Encoding.UTF8, type) };
    }
}
