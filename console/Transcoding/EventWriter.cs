using OpsMesh.Console.Problems;

namespace OpsMesh.Console.Transcoding;

/// <summary>Writes text/event-stream. Not for two tasks at once.</summary>
internal sealed class EventWriter(HttpResponse response)
{
    public bool Started { get; private set; }

    /// <summary>Sends the headers and a first comment, once.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!Started)
        {
            Begin();
            await response.WriteAsync(": hello\n\n", cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
        }
    }

    public async Task MessageAsync(string json, bool flush, CancellationToken cancellationToken)
    {
        Begin();
        await response.WriteAsync($"event: message\ndata: {json}\n\n", cancellationToken);
        if (flush)
        {
            await response.Body.FlushAsync(cancellationToken);
        }
    }

    /// <summary>A comment that keeps what stands between us and the reader from closing the connection.</summary>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        Begin();
        await response.WriteAsync(": ping\n\n", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    /// <summary>The last event of a stream that failed after it had begun.</summary>
    public async Task ErrorAsync(Problem problem, CancellationToken cancellationToken)
    {
        Begin();
        await response.WriteAsync($"event: error\ndata: {problem.WithTrace().ToJson()}\n\n", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    private void Begin()
    {
        if (Started)
        {
            return;
        }

        Started = true;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
    }
}
