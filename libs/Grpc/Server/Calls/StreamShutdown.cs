using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// Ends streams with UNAVAILABLE when the host stops; otherwise it would wait its whole shutdown time for them and then cut
/// their connections. They get a grace first (configuration key Grpc:StreamGrace, a TimeSpan, default 2 s) to end by themselves.
/// </summary>
internal sealed class StreamShutdown : IDisposable
{
    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _ending = new();
    private readonly TimeSpan _grace;
    private readonly CancellationTokenRegistration _registration;
    private readonly TimeProvider _clock;
    private ITimer? _timer;

    public StreamShutdown(IServiceProvider services)
    {
        _clock = services.GetService<TimeProvider>() ?? TimeProvider.System;
        _grace = TimeSetting.Read(services, "Grpc:StreamGrace") ?? DefaultGrace;
        Token = _ending.Token;
        if (services.GetService<IHostApplicationLifetime>() is { } lifetime)
        {
            _registration = lifetime.ApplicationStopping.Register(Start);
        }
    }

    /// <summary>Fires when open streams must end.</summary>
    public CancellationToken Token { get; }

    public void Dispose()
    {
        _registration.Dispose();
        _timer?.Dispose();
        _ending.Dispose();
    }

    private void Start()
    {
        _timer = _clock.CreateTimer(static state => ((StreamShutdown)state!).End(), this, _grace, Timeout.InfiniteTimeSpan);
    }

    private void End()
    {
        try
        {
            _ending.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The host was gone before the grace was.
        }
    }
}
