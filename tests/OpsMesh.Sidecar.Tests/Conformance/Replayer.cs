using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>Plays the steps of a recorded case against a sidecar and tells what differs.</summary>
internal sealed class Replayer(HttpClient http, GrpcReplay grpc)
{
    private static readonly HashSet<string> NotCompared = new(StringComparer.OrdinalIgnoreCase) { "date", "content-length", "connection", "server" };

    public async Task<IReadOnlyList<string>> PlayAsync(RecordedCase recorded, CancellationToken cancellationToken)
    {
        var bindings = new Dictionary<string, string>(StringComparer.Ordinal);
        var comparison = new Comparison(recorded.Volatile, bindings);
        for (var i = 0; i < recorded.Steps.Count; i++)
        {
            var step = recorded.Steps[i];
            var path = string.Create(CultureInfo.InvariantCulture, $"steps[{i}]");
            switch (step["do"]!.GetValue<string>())
            {
                case "http":
                    comparison.Compare($"{path}.response", step["response"], await HttpAsync(Bound(step["request"]!, bindings), step["response"]!, cancellationToken));
                    break;
                case "grpc":
                    comparison.Compare($"{path}.response", step["response"], await grpc.CallAsync(Bound(step, bindings), cancellationToken));
                    break;
                case "wait":
                    await Task.Delay(TimeSpan.FromMilliseconds(step["ms"]!.GetValue<double>()), TimeProvider.System, cancellationToken);
                    break;
            }
        }

        return comparison.Differences;
    }

    private static JsonObject Bound(JsonNode request, Dictionary<string, string> bindings)
    {
        var text = request.ToJsonString();
        foreach (var (was, now) in bindings)
        {
            text = text.Replace(was, now, StringComparison.Ordinal);
        }

        return JsonNode.Parse(text)!.AsObject();
    }

    private async Task<JsonObject> HttpAsync(JsonObject request, JsonNode recorded, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(
            new HttpMethod(request["method"]!.GetValue<string>()),
            new Uri(http.BaseAddress + request["path"]!.GetValue<string>()[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if ((request["bodyText"]?.GetValue<string>() ?? request["body"]?.ToJsonString()) is { } body)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        foreach (var (name, value) in request["headers"]!.AsObject())
        {
            if (!message.Headers.TryAddWithoutValidation(name, value!.GetValue<string>()))
            {
                message.Content ??= new ByteArrayContent([]);
                message.Content.Headers.TryAddWithoutValidation(name, value.GetValue<string>());
            }
        }

        using var answer = await http.SendAsync(message, cancellationToken);
        var headers = new JsonObject();
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated).Where(h => !NotCompared.Contains(h.Key)))
        {
            headers[name.ToLowerInvariant()] = values.ToString();
        }

        var result = new JsonObject { ["status"] = (int)answer.StatusCode, ["headers"] = headers };
        AddBody(result, await answer.Content.ReadAsByteArrayAsync(cancellationToken), recorded);
        return result;
    }

    /// <summary>In the form that the recording has: JSON, text beside it when it was kept, or base64.</summary>
    private static void AddBody(JsonObject result, byte[] body, JsonNode recorded)
    {
        if (recorded["bodyBase64"] is not null)
        {
            result["bodyBase64"] = Convert.ToBase64String(body);
            return;
        }

        var text = Encoding.UTF8.GetString(body);
        if (recorded["bodyText"] is not null || (text.Length > 0 && recorded["body"] is null && !recorded.AsObject().ContainsKey("body")))
        {
            result["bodyText"] = text;
        }

        if (recorded.AsObject().ContainsKey("body"))
        {
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
}
