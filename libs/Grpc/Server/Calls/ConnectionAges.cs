using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// Asks a connection to end (GOAWAY; its calls go on) at some age after its first call, so that clients spread over new replicas.
/// Configuration key Grpc:MaxConnectionAge, a TimeSpan; without it, or with zero, connections live on. A tenth of jitter either way keeps those that came
/// together from coming back together.
/// </summary>
internal sealed class ConnectionAges
{
    private const double Jitter = 0.1;

    private readonly ConditionalWeakTable<IConnectionLifetimeNotificationFeature, object> _aging = [];
    private readonly TimeProvider _clock;
    private readonly TimeSpan? _age;

    public ConnectionAges(IServiceProvider services)
    {
        _clock = services.GetService<TimeProvider>() ?? TimeProvider.System;
        _age = TimeSetting.Read(services, "Grpc:MaxConnectionAge") is { } age && age > TimeSpan.Zero ? age : null;
    }

    public bool IsLimited => _age is not null;

    /// <summary>Once a connection; transports without connections are left alone.</summary>
    public void Watch(HttpContext http)
    {
        if (_age is { } age
            && http.Features.Get<IConnectionLifetimeNotificationFeature>() is { } connection
            && !_aging.TryGetValue(connection, out _)
            && _aging.TryAdd(connection, this))
        {
#pragma warning disable CA5394 // Jitter, not a secret.
            var due = age * (1 - Jitter + (2 * Jitter * Random.Shared.NextDouble()));
#pragma warning restore CA5394
            var timer = _clock.CreateTimer(
                static state => ((IConnectionLifetimeNotificationFeature)state!).RequestClose(), connection, due, Timeout.InfiniteTimeSpan);
            http.Features.Get<IConnectionLifetimeFeature>()?.ConnectionClosed.UnsafeRegister(static state => ((ITimer)state!).Dispose(), timer);
        }
    }
}
