using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Grpc.Net.ClientFactory;

internal sealed class DefaultGrpcClientFactory(
    IServiceProvider services, ChannelPool channels, IOptionsMonitor<GrpcClientFactoryOptions> options) : GrpcClientFactory
{
    public override TClient CreateClient<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(string name)
    {
        var settings = options.Get(name);
        var channel = channels.Channel(name);
        var interceptors = settings.InterceptorRegistrations
            .Where(registration => registration.Scope == InterceptorScope.Client)
            .Select(registration => registration.Creator(services));
        var invoker = channel.Invoker.Intercept([.. settings.Interceptors, .. interceptors]);

        // Outermost, so that interceptors see what the call will have.
        if (settings.CallOptionsActions.Count > 0 || channel.DefaultHeaders.Count > 0)
        {
            invoker = invoker.Intercept(new CallOptionsActionsInterceptor(settings.CallOptionsActions, channel.DefaultHeaders, services));
        }

        return settings.ServiceCreator is { } byServices ? (TClient)byServices(services, invoker)
            : settings.Creator is { } create ? (TClient)create(invoker)
            : Activator<TClient>.Create(services, [invoker]);
    }

    private static class Activator<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>
        where TClient : class
    {
        public static readonly ObjectFactory<TClient> Create = ActivatorUtilities.CreateFactory<TClient>([typeof(CallInvoker)]);
    }
}
