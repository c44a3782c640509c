using System.Text.Json.Nodes;
using OpsMesh.Sidecar.Tests.Conformance.Invoking;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Plays the steps of a proxied call.</summary>
internal sealed class ProxySteps(ReplayMesh mesh, ProxyEcho echo, InvokedApp http)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Of the transport, or of grpc-go. Deadlines are told in other units, and a policy's is not told.
    private static readonly string[] NotCompared =
        [":method", ":scheme", ":path", ":authority", "host", "user-agent", "te", "grpc-accept-encoding", "grpc-timeout", "content-type", "grpc-trace-bin", "traceparent", "accept-encoding", "content-length"];

    // Whether the application saw the beginning of such a call is a matter of which came first, in daprd too.
    private static readonly string[] Races = ["proxy/compression/bad-flag", "proxy/compression/truncated-frame"];

    // SocketsHttpHandler may offer it to the application again before it tells us (sidecar/README.md).
    private const string Refused = "proxy/error/app-rst-REFUSED_STREAM";

    private int _seen;
    private int _seenBefore;

    public async Task<IReadOnlyList<Difference>> PlayAsync(RecordedCase recorded, CancellationToken cancellationToken)
    {
        var comparison = new Comparison(recorded);
        _seen = _seenBefore = echo.Calls.Count;
        string? code = null;
        for (var i = 0; i < recorded.Steps.Count; i++)
        {
            var step = recorded.Steps[i];
            using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                switch (step["do"]!.GetValue<string>())
                {
                    case "grpc":
                        code = step["response"]?["code"]?.GetValue<string>();
                        await LoseCalleeAsync(recorded, i);
                        await CallAsync(step, $"steps[{i}]", comparison, either.Token);
                        break;
                    case "app-saw" when step["kind"]?.GetValue<string>() == "http":
                        comparison.Compare($"steps[{i}].request", Contract(step["request"]!.AsObject()), Contract(await http.NextAsync(Patience, cancellationToken)));
                        break;
                    case "app-saw" when step["request"] is JsonObject request:
                        await SawAsync(request, step["events"], $"steps[{i}]", comparison, either.Token);
                        break;
                    case "app-saw" when !Races.Contains(recorded.Name):
                        comparison.Compare($"steps[{i}].calls", 0, echo.Calls.Count - _seen);
                        break;
                    case "observed" when (step["attemptsSeenByApp"] ?? step["appGot"] ?? step["count"]) is { } attempts:
                        var all = echo.Calls.Count;
                        if (code != "FAILED_PRECONDITION" && recorded.Name != Refused)
                        {
                            // Otherwise it is a race whether the application saw the beginning of the stream.
                            comparison.Compare($"steps[{i}].attemptsSeenByApp", attempts, all - _seenBefore);
                        }

                        _seenBefore = all;
                        break;
                    case "wait":
                        await Task.Delay(TimeSpan.FromMilliseconds(step["ms"]!.GetValue<double>()), TimeProvider.System, cancellationToken);
                        break;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                comparison.Differences.Add(Difference.Broken($"steps[{i}]", e.GetType().Name));
            }
        }

        if (recorded.Json.ToJsonString().Contains("REFUSED_STREAM", StringComparison.Ordinal))
        {
            // SocketsHttpHandler offers such a call to the application once more; that must not count for the next case.
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        }

        return comparison.Differences;
    }

    /// <summary>Where the recorder killed the callee's sidecar, nothing listens any more.</summary>
    private Task LoseCalleeAsync(RecordedCase recorded, int step) => recorded.Name == "proxy/resiliency/none" && step == 2 ? echo.PauseAsync() : Task.CompletedTask;

    private async Task CallAsync(JsonObject step, string path, Comparison comparison, CancellationToken cancellationToken)
    {
        var on = step["on"]!.GetValue<string>();
        using var client = new HttpMessageInvoker(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        var answer = await new ProxyClient(client, new Uri($"http://127.0.0.1:{(on == "app-direct" ? echo.Port : mesh[on].GrpcPort)}/")).CallAsync(step, cancellationToken);
        var (recorded, actual) = (Plain(step["response"]!), Plain(answer));
        if (recorded["code"]?.GetValue<string>() is null or "DEADLINE_EXCEEDED" && recorded["messages"] is JsonArray before && actual["messages"] is JsonArray now)
        {
            // Cut off: how many came until then is a matter of time.
            var count = Math.Min(before.Count, now.Count);
            Cut(before, count);
            Cut(now, count);
        }

        if (recorded["messages"] is JsonArray list && list.OfType<JsonValue>().FirstOrDefault() is { } gap)
        {
            // Of many messages the recorder left out some: "<5 more>".
            var at = list.IndexOf(gap);
            var count = int.Parse(gap.GetValue<string>().AsSpan(1, gap.GetValue<string>().IndexOf(' ', StringComparison.Ordinal) - 1), System.Globalization.CultureInfo.InvariantCulture);
            list.RemoveAt(at);
            for (var left = count; left > 0 && actual["messages"] is JsonArray all && all.Count > at; left--)
            {
                all.RemoveAt(at);
            }
        }

        comparison.Compare($"{path}.response", recorded, actual);
    }

    private async Task SawAsync(JsonObject request, JsonNode? events, string path, Comparison comparison, CancellationToken cancellationToken)
    {
        await MessagingWaits.UntilAsync(() => echo.Calls.Count > _seen, Patience, cancellationToken);
        var seen = echo.Calls.ElementAtOrDefault(_seen++);
        if (seen?["messages"] is JsonArray messages)
        {
            var all = request["messages"]?.AsArray().Count ?? 0;
            await MessagingWaits.UntilAsync(() => messages.Count >= all, TimeSpan.FromSeconds(1), cancellationToken);
        }

        comparison.Compare($"{path}.request", Contract(request), Contract(seen));
        if (events?.AsArray().Any(e => e!["ev"]?.GetValue<string>() == "aborted") == true)
        {
            await MessagingWaits.UntilAsync(() => seen is not null && echo.Aborted.ContainsKey(seen), Patience, cancellationToken);
            comparison.Compare($"{path}.aborted", true, seen is not null && echo.Aborted.ContainsKey(seen));
        }
    }

    private static void Cut(JsonArray list, int count)
    {
        while (list.Count > count)
        {
            list.RemoveAt(count);
        }
    }

    public static JsonObject Plain(JsonNode response)
    {
        var plain = Ports.Mask(WithoutZeros(response))!.AsObject();
        foreach (var name in (string[])["ms", "wire"])
        {
            plain.Remove(name);
        }

        foreach (var delay in (plain["details"] as JsonArray ?? []).OfType<JsonObject>().Where(d => d["retry_delay"] is JsonValue))
        {
            delay["retry_delay"] = new JsonObject { ["seconds"] = delay["retry_delay"]!.GetValue<string>().TrimEnd('s') };
        }

        foreach (var frame in (string[])["headers", "trailers"])
        {
            (plain[frame] as JsonObject)?.Remove("grpc-status-details-bin");
        }

        return plain;
    }

    private static JsonObject? Contract(JsonObject? request)
    {
        if (request is null || Ports.Mask(request) is not JsonObject contract)
        {
            return null;
        }

        contract["messages"] = WithoutZeros(contract)!["messages"]?.DeepClone();
        foreach (var name in NotCompared)
        {
            (contract["headers"] as JsonObject)?.Remove(name);
        }

        return contract;
    }

    /// <summary>The recorder wrote the fields that were on the wire, even when they held nothing.</summary>
    private static JsonNode? WithoutZeros(JsonNode? answer)
    {
        var copy = answer?.DeepClone();
        if (copy?["messages"] is not JsonArray messages)
        {
            return copy;
        }

        copy["messages"] = new JsonArray([.. messages.Select(ProxyPart.Decompressed)]);
        foreach (var message in copy["messages"]!.AsArray().OfType<JsonObject>())
        {
            foreach (var name in message.Where(m => m.Value?.ToJsonString() is "0" or "\"\"").Select(m => m.Key).ToArray())
            {
                message.Remove(name);
            }
        }

        return copy;
    }
}
