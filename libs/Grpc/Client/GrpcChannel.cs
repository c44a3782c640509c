using Grpc.Core;
using Grpc.Net.Client.Calls;

namespace Grpc.Net.Client;

/// <summary>One address and the HTTP handler that reaches it. Make one per address and keep it.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly ChannelCore _core;

    internal GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        _core = new(address, options);
        Address = address;
    }

    public ConnectivityState State => _core.IsDisposed ? ConnectivityState.Shutdown : ConnectivityState.Idle;

    internal Uri Address { get; }

    internal ChannelCore Core => _core;

    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ForAddress(new Uri(address), channelOptions);
    }

    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <exception cref="ArgumentException">The options contradict each other or the address.</exception>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        return new(address, channelOptions);
    }

    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_core.IsDisposed, this);
        return new HttpCallInvoker(_core);
    }

    /// <summary>Connections are opened by the first call; nothing is to be done ahead.</summary>
    public Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_core.IsDisposed, this);
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Completes when the channel has been disposed of, the one change of state that is seen here.</summary>
    public Task WaitForStateChangedAsync(ConnectivityState lastObservedState, CancellationToken cancellationToken = default) =>
        lastObservedState != State ? Task.CompletedTask : _core.Disposed.WaitAsync(cancellationToken);

    /// <summary>Cancels the calls that are running.</summary>
    public void Dispose() => _core.Dispose();

    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }
}
