using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Google.Protobuf;
using OpsMesh.Sidecar.Tests.Echo;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>What a recorded client sent, at the pace of what came back.</summary>
internal sealed class ProxyScript(JsonArray turns, JsonObject step) : HttpContent
{
    // The recorder gave more time; what it waited for comes at once, or never.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(1_500);

    private readonly Channel<int> _messages = Channel.CreateBounded<int>(20_000);
    private readonly TaskCompletionSource _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
#pragma warning disable CA2213 // The handler may still look at them when an early answer has ended the call.
    private readonly CancellationTokenSource _left = new();
    private readonly CancellationTokenSource _ending = new();
#pragma warning restore CA2213
    private Task _rest = Task.CompletedTask;

    /// <summary>The client resets the call.</summary>
    public CancellationToken Left => _left.Token;

    public void SeeHeaders() => _headers.TrySetResult();

    public void SeeMessages(int count) => _messages.Writer.TryWrite(count);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken);
        for (var i = 0; i < turns.Count; i++)
        {
            var turn = turns[i]!.AsObject();
            if (turn["send"] is { } message)
            {
                await stream.WriteAsync(Bytes(message), cancellationToken);
                await stream.FlushAsync(cancellationToken);
            }
            else if (turn["end"] is not null)
            {
                _rest = WaitAsync(i + 1, _ending.Token);
                return;
            }
            else
            {
                await WaitAsync(turn, cancellationToken);
            }
        }

        if (turns.Any(t => t!["rst"] is not null))
        {
            // It never ended: the reset does.
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>What the client does once it has sent everything.</summary>
    private async Task WaitAsync(int first, CancellationToken cancellationToken)
    {
        foreach (var turn in turns.Skip(first))
        {
            await WaitAsync(turn!.AsObject(), cancellationToken);
        }
    }

    private async Task WaitAsync(JsonObject turn, CancellationToken cancellationToken)
    {
        if (turn["waitMsgs"] is { } count)
        {
            while (await _messages.Reader.ReadAsync(cancellationToken) < count.GetValue<int>())
            {
            }
        }
        else if (turn["waitHeaders"] is not null)
        {
            await Task.WhenAny(_headers.Task, Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, cancellationToken));
        }
        else if (turn["wait"] is { } pause)
        {
            var time = TimeSpan.FromMilliseconds(pause.GetValue<int>());
            await Task.Delay(time < LongestPause ? time : LongestPause, TimeProvider.System, cancellationToken);
        }
        else if (turn["rst"] is not null)
        {
            await _left.CancelAsync();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        _ending.Cancel();
        _ = _rest.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        base.Dispose(disposing);
    }

    /// <summary>Of messages without a name for their bytes the recording has the size only: <c>&lt;7 bytes&gt;</c>.</summary>
    private byte[] Bytes(JsonNode message)
    {
        if (message is JsonObject named)
        {
            return ProxyClient.Frame(JsonParser.Default.Parse<Msg>(named.ToJsonString()));
        }

        var size = int.Parse(message.GetValue<string>().AsSpan(1, message.GetValue<string>().IndexOf(' ', StringComparison.Ordinal) - 1), CultureInfo.InvariantCulture);
        var small = new Msg { Text = "z" };
        return size switch
        {
            0 => ProxyClient.Frame(new Msg()),
            3 when step["rpc"]!.GetValue<string>().StartsWith("grpc.reflection.", StringComparison.Ordinal) => ProxyClient.Framed([0x3A, 1, (byte)'*'], isCompressed: false),
            7 => [0, 0, 0, 0, 10, 1, 1],
            _ when size > 1_000 => ProxyClient.Frame(new Msg { Data = ByteString.CopyFrom(new byte[size - 5]) }),
            23 => ProxyClient.Compressed(small),
            _ => ProxyClient.Framed(small.ToByteArray(), isCompressed: step["metadata"]?["grpc-encoding"] is null),
        };
    }
}
