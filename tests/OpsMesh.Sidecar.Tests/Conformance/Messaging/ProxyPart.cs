extern alias sidecar;

using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using OpsMesh.Testing;
using Run = sidecar::OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>gRPC calls that the sidecar passes on: what the caller sees and what the application saw. Cases about broken connections, sizes, compression and policies are not replayed.</summary>
internal sealed class ProxyPart : IReplayPart
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly string[] Areas =
        ["proxy/unary/", "proxy/server-stream/", "proxy/client-stream/", "proxy/bidi/", "proxy/metadata/", "proxy/self/", "proxy/response/", "proxy/error/code-"];

    // Two values of one name leave this client joined; the others name namespaces and addresses, which a mesh here has not.
    private static readonly string[] NotYet = ["proxy/metadata/app-id-twice", "proxy/metadata/app-id-ns3", "proxy/metadata/app-id-url", "proxy/response/headers-no-message-ok"];

    // Of the transport, or of grpc-go.
    private static readonly string[] NotCompared =
        [":method", ":scheme", ":path", ":authority", "host", "user-agent", "te", "grpc-accept-encoding", "content-type", "grpc-trace-bin", "traceparent"];

    public bool Takes(RecordedCase recorded) => Areas.Any(a => recorded.Name.StartsWith(a, StringComparison.Ordinal)) && !NotYet.Any(n => recorded.Name.StartsWith(n, StringComparison.Ordinal)) && recorded.Steps.All(IsPlayable)
        && recorded.Setup["topology"]?.GetValue<string>() == "grpc-pair" && recorded.Setup.Count == 1 && recorded.Has("grpc");

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        await using var echo = await ProxyEcho.StartAsync(cancellationToken);
        var caller = new Run.AppPlan("caller", null, Run.AppProtocol.Http, TestPorts.Next(), TestPorts.Next(), null, null);
        var callee = new Run.AppPlan("callee", echo.Port, Run.AppProtocol.Grpc, TestPorts.Next(), TestPorts.Next(), null, null);
        await using var app = Run.SidecarHost.Build(new Run.SidecarPlan([], null, null, [caller, callee]), TimeProvider.System, b => b.Logging.ClearProviders());
        await app.StartAsync(cancellationToken);
        using var handler = new SocketsHttpHandler { ActivityHeadersPropagator = null };
        using var client = new HttpMessageInvoker(handler, disposeHandler: false);
        foreach (var one in cases)
        {
            told(one, await PlayAsync(one, echo, step => new ProxyClient(client, new Uri($"http://127.0.0.1:{(step["on"]!.GetValue<string>() == "callee" ? callee : caller).GrpcPort}/")), cancellationToken));
        }
    }

    private static bool IsPlayable(JsonObject step) => step["do"]!.GetValue<string>() switch
    {
        "app-saw" => true,
        "grpc" => step["response"] is JsonObject response
            && response["code"] is not null
            && response["details"] is null
            && step["on"]?.GetValue<string>() is "caller" or "callee"
            && (step["clientScript"]?.AsArray() ?? []).All(t => t!["send"] is not null || t["waitMsgs"] is not null || t["wait"] is not null || t["end"] is not null),
        _ => false,
    };

    private static async Task<IReadOnlyList<Difference>> PlayAsync(RecordedCase recorded, ProxyEcho echo, Func<JsonObject, ProxyClient> clientOf, CancellationToken cancellationToken)
    {
        var comparison = new Comparison(recorded);
        var seen = echo.Calls.Count;
        for (var i = 0; i < recorded.Steps.Count; i++)
        {
            var step = recorded.Steps[i];
            using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                if (step["do"]!.GetValue<string>() == "grpc")
                {
                    comparison.Compare($"steps[{i}].response", WithoutZeros(step["response"]), await clientOf(step).CallAsync(step, either.Token));
                }
                else if (step["request"] is JsonObject request)
                {
                    comparison.Compare($"steps[{i}].request", Contract(request), Contract(echo.Calls.ElementAtOrDefault(seen++)));
                }
                else if (step["nothing"] is not null)
                {
                    comparison.Compare($"steps[{i}].calls", 0, echo.Calls.Count - seen);
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                comparison.Differences.Add(Difference.Broken($"steps[{i}]", e.GetType().Name));
            }
        }

        return comparison.Differences;
    }

    private static JsonObject? Contract(JsonObject? request)
    {
        if (request?.DeepClone() is not JsonObject contract)
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
        foreach (var message in (copy?["messages"]?.AsArray() ?? []).OfType<JsonObject>())
        {
            foreach (var name in message.Where(m => m.Value?.ToJsonString() is "0" or "\"\"").Select(m => m.Key).ToArray())
            {
                message.Remove(name);
            }
        }

        return copy;
    }
}
