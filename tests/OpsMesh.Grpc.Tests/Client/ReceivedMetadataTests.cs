using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OpsMesh.Grpc.Tests.Client;

/// <summary>Headers and trailers become metadata only when somebody asks; what is wrong with them shows all the same.</summary>
public sealed class ReceivedMetadataTests
{
    private static readonly Method<string, string> Say =
        new(MethodType.Unary, "test.Plain", "Say", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("header")]
    [InlineData("trailer")]
    public async Task BadBinaryValue_EndsTheCallThoughNobodyAsksForIt(string place)
    {
        await using var server = await EchoServer.StartAsync(map: app => app.MapPost(Say.FullName, http => AnswerAsync(http, place)));

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await Call(server));

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
    }

    [Fact]
    public async Task MetadataOfAnEndedCall_IsTheSameWhoeverAsks()
    {
        await using var server = await EchoServer.StartAsync(map: app => app.MapPost(Say.FullName, http => AnswerAsync(http, "")));
        using var call = Call(server);
        await call;

        Assert.Equal("yes", (await call.ResponseHeadersAsync).GetValue("header"));
        Assert.Equal("yes", call.GetTrailers().GetValue("trailer"));
        Assert.Same(call.GetTrailers(), call.GetTrailers());
        Assert.Same(await call.ResponseHeadersAsync, await call.ResponseHeadersAsync);
    }

    [Fact]
    public async Task EmptyResponseWithStatusOk_IsInternalEverywhere()
    {
        await using var server = await EchoServer.StartAsync(map: app => app.MapPost(Say.FullName, EndAtOnce));
        using var call = Call(server);

        await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.Internal, call.GetStatus().StatusCode);
    }

    private static AsyncUnaryCall<string> Call(EchoServer server) =>
        server.Channel().CreateCallInvoker().AsyncUnaryCall(Say, null, new CallOptions(cancellationToken: Token), "");

    private static async Task AnswerAsync(HttpContext http, string bad)
    {
        http.Response.ContentType = "application/grpc";
        http.Response.Headers.Append("header", "yes");
        http.Response.Headers.Append("header-bin", bad == "header" ? "!" : "AA");
        await http.Response.BodyWriter.WriteAsync(new byte[5], http.RequestAborted);
        http.Response.AppendTrailer("trailer", "yes");
        http.Response.AppendTrailer("trailer-bin", bad == "trailer" ? "!" : "AA");
        http.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task EndAtOnce(HttpContext http)
    {
        http.Response.ContentType = "application/grpc";
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        http.Response.AppendTrailer("grpc-status", "0");
    }
}
