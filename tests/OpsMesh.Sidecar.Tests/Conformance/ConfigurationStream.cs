using System.Text.Json.Nodes;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>A subscription to configurations that was recorded as one step, though it lasts over the next ones.</summary>
internal sealed class ConfigurationStream(ReplaySidecar sidecar) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly List<JsonNode?> _received = [];
    private readonly CancellationTokenSource _ending = new();
    private OtherStep? _step;
    private Task _reading = Task.CompletedTask;
    private GrpcChannel? _channel;

    public async Task OpenAsync(OtherStep step, CancellationToken cancellationToken)
    {
        _step = step;
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{sidecar.GrpcPort}");
        var request = JsonParser.Default.Parse<SubscribeConfigurationRequest>(step.Step["message"]!.ToJsonString());
        var call = new Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient(_channel).SubscribeConfiguration(request, cancellationToken: _ending.Token);
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _reading = ReadAsync(call, first);
        await first.Task.WaitAsync(Patience, TimeProvider.System, cancellationToken);
        if (step.Step["response"] is { } refused)
        {
            await _reading;
            step.Comparison.Compare($"{step.Path}.response.code", refused["code"]!.DeepClone(), _received[0]!["code"]);
            step.Comparison.Compare($"{step.Path}.response.message", refused["message"]!.DeepClone(), _received[0]!["message"]);
        }
        else
        {
            step.Comparison.Bind(step.Step["received"]![0]!["message"]!["id"]!.GetValue<string>(), _received[0]!["id"]!.GetValue<string>());
        }
    }

    /// <summary>The recorder let half a second pass after each change; here the next step comes once the change was told.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        var (before, all) = (_received.Count, _step?.Step["received"]?.AsArray().Count ?? 0);
        for (var i = 0; i < 200 && _received.Count == before && before < all; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>After the unsubscribe: the stream has ended, and nothing came behind.</summary>
    public async Task CompareAsync(Comparison comparison, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(Patience, TimeProvider.System, cancellationToken);
        var recorded = _step!.Step["received"]!.AsArray().Select(r => r!["message"]!.DeepClone()).ToArray();
        comparison.Compare($"{_step.Path}.received.length", recorded.Length, _received.Count);
        for (var i = 0; i < Math.Min(recorded.Length, _received.Count); i++)
        {
            comparison.Compare($"{_step.Path}.received[{i}].message", recorded[i], _received[i]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _reading;
        _channel?.Dispose();
        _ending.Dispose();
    }

    private async Task ReadAsync(AsyncServerStreamingCall<SubscribeConfigurationResponse> call, TaskCompletionSource first)
    {
        using (call)
        {
            try
            {
                while (await call.ResponseStream.MoveNext(CancellationToken.None))
                {
                    _received.Add(JsonNode.Parse(JsonFormatter.Default.Format(call.ResponseStream.Current)));
                    first.TrySetResult();
                }
            }
            catch (RpcException e)
            {
                _received.Add(new JsonObject { ["code"] = e.StatusCode == StatusCode.InvalidArgument ? "INVALID_ARGUMENT" : e.StatusCode.ToString(), ["message"] = e.Status.Detail });
            }

            first.TrySetResult();
        }
    }
}
