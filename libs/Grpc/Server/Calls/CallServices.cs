using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>What every call of an application shares.</summary>
internal sealed record CallServices(IServiceProvider Root, ILogger Logger, TimeProvider Clock, StreamShutdown Shutdown, ConnectionAges? Ages)
{
    public static CallServices Resolve(IServiceProvider services) => new(
        services,
        services.GetService<ILoggerFactory>()?.CreateLogger("Grpc.AspNetCore.Server.ServerCallHandler") ?? NullLogger.Instance,
        services.GetService<TimeProvider>() ?? TimeProvider.System,
        services.GetRequiredService<StreamShutdown>(),
        services.GetRequiredService<ConnectionAges>() is { IsLimited: true } ages ? ages : null);
}
