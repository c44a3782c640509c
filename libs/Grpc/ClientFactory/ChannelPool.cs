using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.Net.ClientFactory;

/// <summary>One channel for each configured name, for the life of the application.</summary>
internal sealed class ChannelPool(
    IServiceProvider services, IHttpMessageHandlerFactory handlers, IOptionsMonitor<GrpcClientFactoryOptions> options) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<(GrpcChannel Channel, CallInvoker Invoker)>> _channels = new(StringComparer.Ordinal);

    public CallInvoker Invoker(string name) =>
        _channels.GetOrAdd(name, key => new(() => Create(key))).Value.Invoker;

    public void Dispose()
    {
        foreach (var channel in _channels.Values)
        {
            if (channel.IsValueCreated)
            {
                channel.Value.Channel.Dispose();
            }
        }
    }

    private (GrpcChannel Channel, CallInvoker Invoker) Create(string name)
    {
        var settings = options.Get(name);
        var channelOptions = new GrpcChannelOptions
        {
            HttpHandler = handlers.CreateHandler(name),
            LoggerFactory = services.GetService<ILoggerFactory>(),
            ServiceProvider = services,
        };
        foreach (var configure in settings.ChannelOptionsActions)
        {
            configure(channelOptions);
        }

        foreach (var configure in settings.ServiceChannelOptionsActions)
        {
            configure(services, channelOptions);
        }

        var address = settings.Address ?? throw new InvalidOperationException(
            $"Could not resolve the address for gRPC client '{name}'. Set an address when registering the client.");
        var channel = GrpcChannel.ForAddress(address, channelOptions);
        var interceptors = settings.InterceptorRegistrations
            .Where(registration => registration.Scope == InterceptorScope.Channel)
            .Select(registration => registration.Creator(services));
        return (channel, channel.CreateCallInvoker().Intercept([.. interceptors, .. settings.Interceptors]));
    }
}
