using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace OpsMesh.Grpc.Tests.Transport;

/// <summary>A Kestrel transport whose connections are pairs of pipes made by <see cref="ConnectAsync"/>.</summary>
internal sealed class ByteStreamTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector, IConnectionListener
{
    private readonly Channel<ConnectionContext> _incoming = Channel.CreateBounded<ConnectionContext>(16);

    public EndPoint EndPoint { get; } = new ByteStreamEndPoint();

    public bool CanBind(EndPoint endpoint) => endpoint is ByteStreamEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    /// <summary>For SocketsHttpHandler.ConnectCallback.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // Small buffers, as in a tunnel: back-pressure is felt early.
        var options = new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false);
        var toServer = new Pipe(options);
        var toClient = new Pipe(options);
        await _incoming.Writer.WriteAsync(
            new PipeConnection(new DuplexPipe(toServer.Reader, toClient.Writer), EndPoint), cancellationToken);
        return new DuplexStream(toClient.Reader.AsStream(), toServer.Writer.AsStream());
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _incoming.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _incoming.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class ByteStreamEndPoint : EndPoint
    {
        public override string ToString() => "bytes";
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class PipeConnection : DefaultConnectionContext
    {
        public PipeConnection(IDuplexPipe transport, EndPoint endPoint)
            : base($"{Guid.NewGuid():N}")
        {
            Transport = transport;
            LocalEndPoint = endPoint;
        }

        public override void Abort(ConnectionAbortedException abortReason)
        {
            Transport.Input.CancelPendingRead();
            base.Abort(abortReason);
        }

#pragma warning disable CA2215 // Not the base's: it disposes of the token source that its Abort cancels later, on the pool, where the exception ends the process.
        public override async ValueTask DisposeAsync()
        {
            await Transport.Input.CompleteAsync();
            await Transport.Output.CompleteAsync();
        }
#pragma warning restore CA2215
    }
}
