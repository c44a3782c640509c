using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;

namespace OpsMesh.Grpc.Tests.Calls;

/// <summary>A client that resets its stream between the server's taking a message and its saying so to the pipe.</summary>
public sealed class ResetWhileReadingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reset_CancelsTheCallAndIsNoError(bool streams)
    {
        await using var server = await EchoServer.StartAsync(map: app => app.Use((http, next) =>
        {
            http.Features.Set<IRequestBodyPipeFeature>(new ResetPipe(http.Request.BodyReader));
            return next(http);
        }));
        var client = server.Client();

        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            if (!streams)
            {
                await client.UnaryAsync(new(), cancellationToken: Token);
                return;
            }

            using var call = client.Collect(cancellationToken: Token);
            await call.RequestStream.WriteAsync(new() { Text = "one" }, Token);
            await call;
        });

        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
        Assert.Empty(server.Errors.Lines);
    }

    private sealed class ResetPipe(PipeReader inner) : PipeReader, IRequestBodyPipeFeature
    {
        public PipeReader Reader => this;

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            inner.AdvanceTo(consumed, examined);
            throw new IOException("The client reset the request stream.");
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => inner.ReadAsync(cancellationToken);

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);
    }
}
