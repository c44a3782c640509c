using System.Collections.Concurrent;
using System.Globalization;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.Net.ClientFactory;

/// <summary>One channel for each configured name, for the life of the application.</summary>
internal sealed class ChannelPool(
    IServiceProvider services,
    IHttpMessageHandlerFactory handlers,
    IOptionsMonitor<GrpcClientFactoryOptions> options,
    IOptionsMonitor<HttpClientFactoryOptions> httpOptions) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<PooledChannel>> _channels = new(StringComparer.Ordinal);

    public PooledChannel Channel(string name)
    {
        var lazy = _channels.GetOrAdd(name, key => new(() => Create(key)));
        try
        {
            return lazy.Value;
        }
        catch
        {
            // It would say the same for ever; what was missing may be there the next time.
            _channels.TryRemove(new(name, lazy));
            throw;
        }
    }

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

    private PooledChannel Create(string name)
    {
        var settings = options.Get(name);
        var (baseAddress, headers) = HttpClientSettings(name);
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

        var address = settings.Address ?? baseAddress ?? throw new InvalidOperationException(
            $"Could not resolve the address for gRPC client '{name}'. Set an address when registering the client.");
        var channel = GrpcChannel.ForAddress(address, channelOptions);
        var interceptors = settings.InterceptorRegistrations
            .Where(registration => registration.Scope == InterceptorScope.Channel)
            .Select(registration => registration.Creator(services));
        return new(channel, channel.CreateCallInvoker().Intercept([.. interceptors]), headers);
    }

    /// <summary>What ConfigureHttpClient sets that a channel can follow; the rest, such as a time-out, has no meaning for it.</summary>
    private (Uri? BaseAddress, Metadata Headers) HttpClientSettings(string name)
    {
        var headers = new Metadata();
        var actions = httpOptions.Get(name).HttpClientActions;
        if (actions.Count == 0)
        {
            return (null, headers);
        }

        using var handler = new SocketsHttpHandler();
        using var client = new HttpClient(handler);
        foreach (var configure in actions)
        {
            configure(client);
        }

        foreach (var (header, values) in client.DefaultRequestHeaders)
        {
            foreach (var value in values)
            {
                headers.Add(header.ToLower(CultureInfo.InvariantCulture), value);
            }
        }

        return (client.BaseAddress, headers);
    }
}
