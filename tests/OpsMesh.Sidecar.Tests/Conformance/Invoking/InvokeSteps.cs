using System.Text.Json.Nodes;
using OpsMesh.Sidecar.Tests.Conformance.Messaging;

namespace OpsMesh.Sidecar.Tests.Conformance.Invoking;

/// <summary>Plays the steps of a recorded invocation: what the caller got and what the applications saw.</summary>
/// <param name="keepsSeen">What the application saw before counts for the first case.</param>
internal sealed class InvokeSteps(ReplayMesh mesh, InvokedApp app, ProxyEcho? echo = null, bool keepsSeen = false)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // Of the transport, or of Go's client.
    private static readonly string[] NotCompared =
        ["httpVersion", "host", "content-length", "transfer-encoding", "connection", "user-agent", ":method", ":scheme", ":path", ":authority", "te", "grpc-accept-encoding", "grpc-timeout", "grpc-trace-bin", "traceparent"];

    private int _seenByEcho = echo?.Calls.Count ?? 0;

    /// <summary>The same steps by names that the replayer leaves to this class.</summary>
    public static RecordedCase Prepare(RecordedCase recorded) => recorded with { Steps = [.. recorded.Steps.Select(Renamed)] };

    public async Task<IReadOnlyList<Difference>> PlayAsync(RecordedCase recorded, CancellationToken cancellationToken)
    {
        _ = keepsSeen ? 0 : app.Forget();
        _seenByEcho = echo?.Calls.Count ?? 0;
        return await new Replayer(on => mesh.Has(on) ? mesh[on] : null, PlayAsync).PlayAsync(Prepare(recorded), cancellationToken);
    }

    /// <summary>All calls of a case at a time.</summary>
    /// <returns>How long they took together.</returns>
    public async Task<TimeSpan> PlayTogetherAsync(RecordedCase recorded, Comparison comparison, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Prepare(recorded).Steps.Select((s, i) => s["response"] is null
            ? Task.CompletedTask
            : PlayAsync(new OtherStep(s, $"steps[{i}]", comparison, mesh[s["on"]!.GetValue<string>()]), cancellationToken)));
        return TimeProvider.System.GetElapsedTime(start);
    }

    private static JsonObject Renamed(JsonObject step)
    {
        var copy = step.DeepClone().AsObject();
        copy["do"] = "invoke " + step["do"]!.GetValue<string>();
        return copy;
    }

    private async Task PlayAsync(OtherStep step, CancellationToken cancellationToken)
    {
        switch (step.Kind)
        {
            case "invoke http":
                await HttpAsync(step, cancellationToken);
                break;
            case "invoke grpc" when step.Step["message"] is null:
                await EchoAsync(step, cancellationToken);
                break;
            case "invoke grpc":
                await GrpcAsync(step, cancellationToken);
                break;
            case "invoke app-saw":
                await SawAsync(step, cancellationToken);
                break;
            case "invoke wait":
                await Task.Delay(TimeSpan.FromMilliseconds(step.Step["ms"]!.GetValue<double>()), TimeProvider.System, cancellationToken);
                break;
            case "invoke observed" when step.Step["attemptsSeenByApp"] is { } attempts:
                step.Comparison.Compare($"{step.Path}.attemptsSeenByApp", attempts, app.Forget());
                break;
            case "invoke observed" when step.Step["appArrivalsMs"] is not null:
                break;
            default:
                throw new NotSupportedException(step.Kind);
        }
    }

    private async Task HttpAsync(OtherStep step, CancellationToken cancellationToken)
    {
        var recorded = step.Step["response"]!.AsObject();
        var leaves = recorded["clientError"]?.GetValue<string>() == "client-abort" ? TimeSpan.FromMilliseconds(recorded["ms"]!.GetValue<int>()) : (TimeSpan?)null;
        var answer = await RawHttp.SendAsync(step.Sidecar.HttpPort, Ports.Given(step.Comparison.Bound(step.Step["request"]!), app.Port), leaves, cancellationToken);
        if (leaves is not null)
        {
            return;
        }

        if (answer is null)
        {
            step.Comparison.Compare($"{step.Path}.response", Ports.Mask(recorded), null);
            return;
        }

        if (recorded["headers"] is null)
        {
            // The recorder's client could make nothing of it.
            step.Comparison.Compare($"{step.Path}.response.status", recorded["status"], answer.Status);
            return;
        }

        var headers = answer.Headers;
        foreach (var name in Replayer.NotCompared)
        {
            headers.Remove(name);
        }

        var result = new JsonObject { ["status"] = answer.Status, ["headers"] = headers };
        var contract = Replayer.Contract(recorded);
        contract.Remove("chunks");
        Replayer.AddBody(result, answer.Body, contract);
        if (contract["bodyText"]?.GetValue<string>() is "chunk0\nchunk1\n" && result["bodyText"]?.GetValue<string>() is "chunk0\n" or "chunk0\nchunk1\nchunk2\n")
        {
            // Cut off by a policy: how much came until then is a matter of time.
            result["bodyText"] = contract["bodyText"]!.DeepClone();
        }

        step.Comparison.Compare($"{step.Path}.response", Ports.Mask(contract), Ports.Mask(result));
    }

    private static async Task GrpcAsync(OtherStep step, CancellationToken cancellationToken)
    {
        var recorded = step.Step["response"]!.AsObject();
        if (recorded["code"] is null)
        {
            // Reset, without a status.
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => step.Sidecar.Grpc.CallAsync(step.Step, cancellationToken));
            return;
        }

        step.Comparison.Compare($"{step.Path}.response", Plain(recorded), Plain(await step.Sidecar.Grpc.CallAsync(step.Step, cancellationToken)));

        JsonNode? Plain(JsonObject response)
        {
            var plain = Ports.Mask(Replayer.Contract(response))!.AsObject();
            plain["headers"]?.AsObject().Remove("dapr-date");
            if (plain["headers"]?["set-cookie"] is JsonArray cookies)
            {
                plain["headers"]!["set-cookie"] = string.Join(", ", cookies.Select(c => c!.GetValue<string>()));
            }

            return plain;
        }
    }

    private static async Task EchoAsync(OtherStep step, CancellationToken cancellationToken)
    {
        using var client = new HttpMessageInvoker(ReplaySidecar.CreateHandler());
        var answer = await new ProxyClient(client, new Uri($"http://127.0.0.1:{step.Sidecar.GrpcPort}/")).CallAsync(step.Step, cancellationToken);
        step.Comparison.Compare($"{step.Path}.response", ProxySteps.Plain(step.Step["response"]!), ProxySteps.Plain(answer));
    }

    private async Task SawAsync(OtherStep step, CancellationToken cancellationToken)
    {
        if (step.Step["nothing"] is not null)
        {
            step.Comparison.Compare($"{step.Path}.seen", 0, app.Forget() + (echo?.Calls.Count ?? 0) - _seenByEcho);
            return;
        }

        JsonObject? seen;
        if (step.Step["kind"]!.GetValue<string>() == "http")
        {
            seen = await app.NextAsync(Patience, cancellationToken);
        }
        else
        {
            await MessagingWaits.UntilAsync(() => echo!.Calls.Count > _seenByEcho, Patience, cancellationToken);
            seen = echo!.Calls.ElementAtOrDefault(_seenByEcho++);
        }

        var recorded = step.Step["request"]!.AsObject();
        var lists = (recorded["headers"] as JsonObject ?? []).Where(h => h.Value is JsonArray).Select(h => h.Key).ToHashSet(StringComparer.Ordinal);
        step.Comparison.Compare($"{step.Path}.request", Contract(recorded, lists), seen is null ? null : Contract(seen, lists));
    }

    public static JsonObject Contract(JsonObject request, HashSet<string> lists)
    {
        var contract = Ports.Mask(request)!.AsObject();
        foreach (var name in (string[])["error", "connectionClosedByPeer", "afterMs"])
        {
            contract.Remove(name);
        }

        if (contract["headers"] is not JsonObject headers)
        {
            return contract;
        }

        foreach (var name in NotCompared)
        {
            headers.Remove(name);
        }

        if (headers["content-type"]?.GetValue<string>().StartsWith("application/grpc", StringComparison.Ordinal) == true && contract["rpc"] is not null)
        {
            headers.Remove("content-type");
        }

        foreach (var name in lists.Where(headers.ContainsKey))
        {
            // Go keeps them in a map: their order is open.
            var values = headers[name] is JsonArray list ? list.Select(v => v!.GetValue<string>()) : headers[name]!.GetValue<string>().Split(", ");
            headers[name] = string.Join(", ", values.SelectMany(v => v.Split(", ")).Order(StringComparer.Ordinal));
        }

        return contract;
    }
}
