using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpsMesh.Hosting;

namespace OpsMesh.Rpc;

public sealed class ErrorInterceptorTests : IDisposable
{
    private readonly Lifetime _lifetime = new();
    private readonly Levels _log = new();

    public void Dispose() => _lifetime.Dispose();

    [Fact]
    public async Task Bug_IsInternalLoggedOnceAndHasATrace()
    {
        using var activity = new Activity("call").SetIdFormat(ActivityIdFormat.W3C).Start();
        var context = new CallContext(CancellationToken.None);

        var failed = await ThrowsAsync(context, new InvalidOperationException("secret"));

        Assert.Equal(StatusCode.Internal, failed.StatusCode);
        Assert.DoesNotContain("secret", failed.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(activity.TraceId.ToHexString(), context.ResponseTrailers.GetValue(ErrorInterceptor.TraceTrailer));
        Assert.Equal([LogLevel.Error], _log.Seen);
    }

    [Fact]
    public async Task Refusal_PassesAsItIs()
    {
        var refusal = RpcStatusMap.ToRpcException(new Failure(FailureKind.NotFound, Reasons.NodeUnknown, "no"));

        Assert.Same(refusal, await ThrowsAsync(new CallContext(CancellationToken.None), refusal));
        Assert.Empty(_log.Seen);
    }

    [Fact]
    public async Task OutageOfADependency_IsItsRefusalAndAWarning()
    {
        var failed = await ThrowsAsync(new CallContext(CancellationToken.None), new Outage());

        Assert.Equal((StatusCode.Unavailable, "The state store does not answer."), (failed.StatusCode, failed.Status.Detail));
        Assert.Equal([LogLevel.Warning], _log.Seen);
    }

    [Fact]
    public async Task CallerWhoLeft_IsCancelledAndDebug()
    {
        var failed = await ThrowsAsync(new CallContext(new CancellationToken(canceled: true)), new OperationCanceledException());

        Assert.Equal(StatusCode.Cancelled, failed.StatusCode);
        Assert.Equal([LogLevel.Debug], _log.Seen);
    }

    [Fact]
    public async Task CancellationThatNobodyAskedFor_IsABug()
    {
        var failed = await ThrowsAsync(new CallContext(CancellationToken.None), new OperationCanceledException());

        Assert.Equal(StatusCode.Internal, failed.StatusCode);
        Assert.Equal([LogLevel.Error], _log.Seen);
    }

    [Fact]
    public async Task CallThatTheDrainCut_IsUnavailable()
    {
        _lifetime.StopApplication();

        var failed = await ThrowsAsync(new CallContext(CancellationToken.None), new OperationCanceledException());

        Assert.Equal(Reasons.Draining, RpcStatusMap.ToFailure(failed)!.Reason);
        Assert.Equal([LogLevel.Debug], _log.Seen);
    }

    private Task<RpcException> ThrowsAsync(ServerCallContext context, Exception exception)
    {
        var interceptor = new ErrorInterceptor(new Readiness(_lifetime), _log);
        return Assert.ThrowsAsync<RpcException>(() => interceptor.UnaryServerHandler<string, string>("", context, (_, _) => throw exception));
    }

    private sealed class Levels : ILogger<ErrorInterceptor>
    {
        public List<LogLevel> Seen { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Seen.Add(logLevel);
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }

    private sealed class CallContext(CancellationToken cancellationToken) : ServerCallContext
    {
        protected override string MethodCore => "/test/Call";

        protected override string HostCore => "localhost";

        protected override string PeerCore => "";

        protected override DateTime DeadlineCore => DateTime.MaxValue;

        protected override Metadata RequestHeadersCore { get; } = [];

        protected override CancellationToken CancellationTokenCore => cancellationToken;

        protected override Metadata ResponseTrailersCore { get; } = [];

        protected override Status StatusCore { get; set; }

        protected override WriteOptions? WriteOptionsCore { get; set; }

        protected override AuthContext AuthContextCore => new(null, []);

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
    }

    private sealed class Outage() : FailureException(new Failure(FailureKind.Unavailable, Reasons.StoreUnavailable, "The state store does not answer."), "disk I/O error", inner: null);
}
