using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>Servers that answer wrongly or not at all: each call ends with a status.</summary>
public sealed class HostileServerTests
{
    private static readonly byte[] EmptyMessage = [0, 0, 0, 0, 0];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(500, StatusCode.Unknown)]
    public async Task HttpStatus_IsMapped(int status, StatusCode expected) =>
        Assert.Equal(expected, await CallAsync(http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        }));

    [Fact]
    public async Task WrongContentType_IsCancelled() =>
        Assert.Equal(StatusCode.Cancelled, await CallAsync(http => http.Response.WriteAsync("<html>", Token)));

    [Fact]
    public async Task NoStatus_IsCancelled() =>
        Assert.Equal(StatusCode.Cancelled, await CallAsync(http => BodyAsync(http, EmptyMessage, status: null)));

    [Theory]
    [InlineData("fine")]
    [InlineData("17")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    public async Task BadStatus_IsUnknown(string status) =>
        Assert.Equal(StatusCode.Unknown, await CallAsync(http => BodyAsync(http, EmptyMessage, status)));

    [Fact]
    public async Task OkWithoutMessage_IsInternal() =>
        Assert.Equal(StatusCode.Internal, await CallAsync(http => BodyAsync(http, [], status: "0")));

    [Fact]
    public async Task TrailersOnlyOk_IsInternal() =>
        Assert.Equal(StatusCode.Internal, await CallAsync(http =>
        {
            http.Response.ContentType = "application/grpc";
            http.Response.Headers["grpc-status"] = "0";
            return Task.CompletedTask;
        }));

    [Fact]
    public async Task TwoMessages_AreInternal() =>
        Assert.Equal(StatusCode.Internal, await CallAsync(http => BodyAsync(http, [.. EmptyMessage, .. EmptyMessage], status: "0")));

    [Fact]
    public async Task TruncatedMessage_IsInternal() =>
        Assert.Equal(StatusCode.Internal, await CallAsync(http => BodyAsync(http, [0, 0, 0, 0, 9, 1], status: "0")));

    [Fact]
    public async Task HugeLength_IsResourceExhausted() =>
        Assert.Equal(StatusCode.ResourceExhausted, await CallAsync(http => BodyAsync(http, [0, 255, 255, 255, 255, 1], status: "0")));

    [Fact]
    public async Task UnparsableMessage_IsInternal() =>
        Assert.Equal(StatusCode.Internal, await CallAsync(http => BodyAsync(http, [0, 0, 0, 0, 2, 255, 255], status: "0")));

    [Fact]
    public async Task ResetByServer_IsUnavailableOrInternal() =>
        Assert.Contains(
            await CallAsync(http =>
            {
                http.Abort();
                return Task.CompletedTask;
            }),
            new[] { StatusCode.Unavailable, StatusCode.Internal, StatusCode.Cancelled });

    [Fact]
    public async Task NoAnswer_EndsAtTheDeadline() =>
        Assert.Equal(StatusCode.DeadlineExceeded, await CallAsync(
            http => Task.Delay(TimeSpan.FromSeconds(30), TimeProvider.System, http.RequestAborted), TimeSpan.FromMilliseconds(300)));

    private static async Task BodyAsync(HttpContext http, byte[] body, string? status)
    {
        http.Response.ContentType = "application/grpc";
        await http.Response.StartAsync(Token);
        await http.Response.Body.WriteAsync(body, Token);
        if (status is not null)
        {
            http.Response.AppendTrailer("grpc-status", status);
        }
    }

    private static async Task<StatusCode> CallAsync(RequestDelegate answer, TimeSpan? deadline = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(Token);
        using var channel = GrpcChannel.ForAddress(app.Urls.First());

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).UnaryAsync(
            new EchoRequest(),
            deadline: deadline is { } limit ? TimeProvider.System.GetUtcNow().UtcDateTime + limit : null,
            cancellationToken: Token).ResponseAsync.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Token));
        return failure.StatusCode;
    }
}
