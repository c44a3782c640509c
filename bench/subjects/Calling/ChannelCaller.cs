using Grpc.Net.Client;
using OpsMesh.Bench.V1;

namespace OpsMesh.Bench.Subjects.Calling;

internal sealed class ChannelCaller : ICaller
{
    private readonly GrpcChannel _channel;
    private readonly BenchService.BenchServiceClient _client;

    public ChannelCaller(Uri address)
    {
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = Handlers.OneConnection(), DisposeHttpClient = true });
        _client = new(_channel);
    }

    public async Task CallAsync(byte[] buffer)
    {
        var reply = await _client.BeatAsync(BenchMessages.Request());
        if (reply.IntervalMs == 0)
        {
            throw new InvalidDataException("The reply is empty.");
        }
    }

    public void Dispose() => _channel.Dispose();
}
