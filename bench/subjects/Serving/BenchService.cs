using Google.Protobuf;
using Grpc.Core;
using OpsMesh.Bench.V1;

namespace OpsMesh.Bench.Subjects.Serving;

internal sealed class BenchService : V1.BenchService.BenchServiceBase
{
    public override Task<BeatReply> Beat(BeatRequest request, ServerCallContext context) => Task.FromResult(BenchMessages.Reply());

    public override async Task Follow(FollowRequest request, IServerStreamWriter<BeatReply> responseStream, ServerCallContext context)
    {
        var reply = BenchMessages.Reply();
        reply.Padding = ByteString.CopyFrom(new byte[request.Padding]);
        for (var sent = 0; sent < request.Count; sent++)
        {
            await responseStream.WriteAsync(reply);
        }
    }
}
