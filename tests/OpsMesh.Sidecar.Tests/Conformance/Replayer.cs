using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>Plays the steps of a recorded case against sidecars and tells what differs.</summary>
/// <param name="sidecarOf">The sidecar that a step names with <c>on</c>; empty for the only one.</param>
/// <param name="playOther">Plays a kind of step that only some set-ups know; null when it is not contractual and may be passed over.</param>
internal sealed class Replayer(Func<string, ReplaySidecar?> sidecarOf, Func<OtherStep, CancellationToken, Task>? playOther = null)
{
    public static readonly HashSet<string> NotCompared = new(StringComparer.OrdinalIgnoreCase) { "date", "content-length", "connection", "keep-alive", "transfer-encoding", "server" };

    public async Task<IReadOnlyList<Difference>> PlayAsync(RecordedCase recorded, CancellationToken cancellationToken)
    {
        var comparison = new Comparison(recorded);
        for (var i = 0; i < recorded.Steps.Count; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"steps[{i}]");
            try
            {
                await PlayAsync(recorded.Steps[i], path, comparison, cancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or NotSupportedException or FormatException or Google.Protobuf.InvalidProtocolBufferException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                comparison.Differences.Add(Difference.Broken(path, e.Message));
            }
        }

        return comparison.Differences;
    }

    private async Task PlayAsync(JsonObject step, string path, Comparison comparison, CancellationToken cancellationToken)
    {
        if (sidecarOf(step["on"]?.GetValue<string>() ?? "") is not { } sidecar)
        {
            if (step["do"]!.GetValue<string>() is "http" or "grpc")
            {
                throw new NotSupportedException("the sidecar has ended");
            }

            await playOther!(new OtherStep(step, path, comparison, null!), cancellationToken);
            return;
        }

        switch (step["do"]!.GetValue<string>())
        {
            case "http2" or "http" when step["do"]!.GetValue<string>() == "http2" || step["protocol"]?.GetValue<string>() == "h2c":
                await Http2Async(step, path, comparison, sidecar.Http, cancellationToken);
                break;
            case "http":
                comparison.Compare($"{path}.response", Contract(step["response"]!), await HttpAsync(sidecar.Http, comparison.Bound(step["request"]!), step["response"]!, cancellationToken));
                break;
            case "grpc" when step["message"] is not null:
                comparison.Compare($"{path}.response", Contract(step["response"]!), await sidecar.Grpc.CallAsync(comparison.Bound(step), cancellationToken));
                break;
            case "wait":
                await Task.Delay(TimeSpan.FromMilliseconds(step["ms"]!.GetValue<double>()), TimeProvider.System, cancellationToken);
                break;
            default:
                if (playOther is not null)
                {
                    await playOther(new OtherStep(step, path, comparison, sidecar), cancellationToken);
                }

                break;
        }
    }

    /// <summary>HTTP/2 by prior knowledge on the HTTP port. Of the answer the status is compared, or that there is none.</summary>
    private static async Task Http2Async(JsonObject step, string path, Comparison comparison, HttpClient http, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(http.BaseAddress!, step["request"]!["path"]!.GetValue<string>()))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        int? status = null;
        try
        {
            using var answer = await http.SendAsync(message, cancellationToken).WaitAsync(TimeSpan.FromSeconds(2), TimeProvider.System, cancellationToken);
            status = (int)answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            // As recorded where there is no status.
        }

        comparison.Compare($"{path}.response.status", step["response"]!["status"], status);
    }

    /// <summary>The recorded answer without how long it took and without the headers that are no contract.</summary>
    public static JsonObject Contract(JsonNode response)
    {
        var contract = response.DeepClone().AsObject();
        foreach (var name in (string[])["ms", "headersMs", "contentLength"])
        {
            contract.Remove(name);
        }

        if (contract.ContainsKey("body"))
        {
            // Compared as JSON: spaces, the order of members and a newline at the end are no contract.
            contract.Remove("bodyText");
        }

        if (contract["headers"] is JsonObject headers)
        {
            foreach (var name in NotCompared)
            {
                headers.Remove(name);
            }

            headers.Remove("grpc-status-details-bin");
        }

        (contract["trailers"] as JsonObject)?.Remove("grpc-status-details-bin");
        return contract;
    }

    private static async Task<JsonObject> HttpAsync(HttpClient http, JsonObject request, JsonNode recorded, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(
            new HttpMethod(request["method"]!.GetValue<string>()),
            new Uri(http.BaseAddress + Whole(request["path"]!.GetValue<string>())[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (RecordedBody.Of(request) is { } body)
        {
            message.Content = new ByteArrayContent(body);
        }

        foreach (var (name, value) in request["headers"]?.AsObject() ?? [])
        {
            foreach (var text in (value is JsonArray list ? list.Select(v => v!.GetValue<string>()) : [value!.GetValue<string>()]).Select(Whole))
            {
                if (!message.Headers.TryAddWithoutValidation(name, text))
                {
                    message.Content ??= new ByteArrayContent([]);
                    message.Content.Headers.TryAddWithoutValidation(name, text);
                }
            }
        }

        using var answer = await http.SendAsync(message, cancellationToken);
        var headers = new JsonObject();
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated).Where(h => !NotCompared.Contains(h.Key)))
        {
            headers[name.ToLowerInvariant()] = values.ToString();
        }

        var result = new JsonObject { ["status"] = (int)answer.StatusCode };
        if (recorded["headers"] is null)
        {
            // Of some answers the recorder kept the status only.
            return result;
        }

        result["headers"] = headers;
        AddBody(result, await answer.Content.ReadAsByteArrayAsync(cancellationToken), recorded);
        return result;
    }

    /// <summary>Long values were recorded as their length: <c>&lt;9000 characters&gt;</c>.</summary>
    private static string Whole(string value)
    {
        const string End = " characters>";
        if (!value.EndsWith(End, StringComparison.Ordinal) || value.LastIndexOf('<') is not (>= 0 and var at))
        {
            return value;
        }

        var beginning = value[..at].TrimEnd('…');
        return beginning + new string(beginning.Length > 0 ? beginning[^1] : 'y', int.Parse(value.AsSpan(at + 1, value.Length - End.Length - at - 1), CultureInfo.InvariantCulture) - beginning.Length);
    }

    /// <summary>In the form that the recording has: JSON, text beside it when it was kept, base64, or size and beginning.</summary>
    public static void AddBody(JsonObject result, byte[] body, JsonNode recorded)
    {
        if (recorded["bodyBase64"] is not null)
        {
            result["bodyBase64"] = Convert.ToBase64String(body);
            return;
        }

        var text = Encoding.UTF8.GetString(body);
        if (recorded["bodySize"] is not null)
        {
            result["bodySize"] = body.Length;
            result["bodyHead"] = text[..Math.Min(text.Length, recorded["bodyHead"]?.GetValue<string>().Length ?? 0)];
            return;
        }

        if (!recorded.AsObject().ContainsKey("body"))
        {
            // Of answers about headers the recorder kept the headers only.
            var keptHeadersOnly = recorded["contentLength"] is not null || recorded["headers"]!["etag"] is not null || recorded["status"]!.GetValue<int>() == 431;
            if (recorded["bodyText"] is not null || (text.Length > 0 && !keptHeadersOnly))
            {
                result["bodyText"] = text;
            }

            return;
        }

        try
        {
            result["body"] = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            result["bodyText"] = text;
        }
    }
}
