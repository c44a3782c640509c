using Grpc.Core;
using Grpc.Net.Client;
using OpsMesh.Bench.V1;

namespace OpsMesh.Bench.Subjects.Calling;

/// <summary>One call with a whole gRPC client: a load generator counts HTTP statuses only, and would count failed calls as served.</summary>
internal static class ProbeProgram
{
    /// <param name="count">0: a unary call; else a stream that must bring as many messages.</param>
    public static async Task<int> RunAsync(Uri address, int count)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var client = new BenchService.BenchServiceClient(channel);
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(10);
        if (count == 0)
        {
            var reply = await client.BeatAsync(BenchMessages.Request(), deadline: deadline);
            return Conclude(reply.Equals(BenchMessages.Reply()), "another reply");
        }

        using var call = client.Follow(new() { Count = (uint)count }, deadline: deadline);
        var messages = 0;
        await foreach (var reply in call.ResponseStream.ReadAllAsync())
        {
            messages += reply.Equals(BenchMessages.Reply()) ? 1 : 0;
        }

        return Conclude(messages == count, $"{messages} messages");
    }

    private static int Conclude(bool right, string otherwise)
    {
        Conversation.Say(right ? new { ok = true, got = "" } : new { ok = false, got = otherwise });
        return right ? 0 : 1;
    }
}
