using System.Buffers;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;

namespace OpsMesh.Grpc.Tests.Calls;

/// <summary>What the client sees of a server's marshaller that fails.</summary>
public sealed class MarshallerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MarshallerThatFailsBeforeAByteIsOut_GivesAStatus()
    {
        var failure = await FailAsync(context => throw new FormatException());

        Assert.Equal(new Status(StatusCode.Unknown, "Exception was thrown by handler."), failure.Status);
    }

    [Fact]
    public async Task MarshallerThatFailsInASmallMessage_GivesAStatus()
    {
        var failure = await FailAsync(context => Begin(context, said: 100));

        Assert.Equal(StatusCode.Unknown, failure.StatusCode);
    }

    [Fact]
    public async Task MarshallerThatFailsInALargeMessage_ResetsTheStream()
    {
        var failure = await FailAsync(context => Begin(context, said: 1_000_000));

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
    }

    private static void Begin(SerializationContext context, int said)
    {
        context.SetPayloadLength(said);
        context.GetBufferWriter().Write(new byte[50]);
        throw new FormatException();
    }

    private static async Task<RpcException> FailAsync(Action<SerializationContext> marshal)
    {
        var answer = Marshallers.Create<string>((_, context) => marshal(context), _ => "");
        var method = new Method<string, string>(MethodType.Unary, "test.Marshal", "Say", Marshallers.StringMarshaller, answer);
        var service = ServerServiceDefinition.CreateBuilder().AddMethod(method, (request, _) => Task.FromResult(request)).Build();
        await using var server = await EchoServer.StartAsync(map: app => app.MapGrpcService(service));

        return await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Channel().CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(cancellationToken: Token), ""));
    }
}
