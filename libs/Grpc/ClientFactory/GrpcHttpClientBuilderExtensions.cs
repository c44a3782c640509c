using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.ClientFactory;

namespace Microsoft.Extensions.DependencyInjection;

public static class GrpcHttpClientBuilderExtensions
{
    public static IHttpClientBuilder ConfigureChannel(this IHttpClientBuilder builder, Action<GrpcChannelOptions> configureChannel) =>
        builder.With(options => options.ChannelOptionsActions.Add(configureChannel));

    public static IHttpClientBuilder ConfigureChannel(
        this IHttpClientBuilder builder, Action<IServiceProvider, GrpcChannelOptions> configureChannel) =>
        builder.With(options => options.ServiceChannelOptionsActions.Add(configureChannel));

    public static IHttpClientBuilder AddInterceptor(this IHttpClientBuilder builder, Func<IServiceProvider, Interceptor> configureInvoker) =>
        builder.AddInterceptor(InterceptorScope.Channel, configureInvoker);

    public static IHttpClientBuilder AddInterceptor(this IHttpClientBuilder builder, Func<Interceptor> configureInvoker) =>
        builder.AddInterceptor(InterceptorScope.Channel, _ => configureInvoker());

    public static IHttpClientBuilder AddInterceptor(
        this IHttpClientBuilder builder, InterceptorScope scope, Func<Interceptor> configureInvoker) =>
        builder.AddInterceptor(scope, _ => configureInvoker());

    public static IHttpClientBuilder AddInterceptor(
        this IHttpClientBuilder builder, InterceptorScope scope, Func<IServiceProvider, Interceptor> configureInvoker) =>
        builder.With(options => options.InterceptorRegistrations.Add(new(scope, configureInvoker)));

    public static IHttpClientBuilder AddInterceptor<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TInterceptor>(
        this IHttpClientBuilder builder)
        where TInterceptor : Interceptor => builder.AddInterceptor<TInterceptor>(InterceptorScope.Channel);

    public static IHttpClientBuilder AddInterceptor<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TInterceptor>(
        this IHttpClientBuilder builder, InterceptorScope scope)
        where TInterceptor : Interceptor => builder.AddInterceptor(scope, services => services.GetRequiredService<TInterceptor>());

    public static IHttpClientBuilder AddCallCredentials(
        this IHttpClientBuilder builder, Func<AuthInterceptorContext, Metadata, Task> authInterceptor) =>
        builder.AddCallCredentials(CallCredentials.FromInterceptor((context, metadata) => authInterceptor(context, metadata)));

    public static IHttpClientBuilder AddCallCredentials(
        this IHttpClientBuilder builder, Func<AuthInterceptorContext, Metadata, IServiceProvider, Task> authInterceptor) =>
        builder.With(options => options.CallOptionsActions.Add(context => Compose(
            context, CallCredentials.FromInterceptor((call, metadata) => authInterceptor(call, metadata, context.ServiceProvider)))));

    public static IHttpClientBuilder AddCallCredentials(this IHttpClientBuilder builder, CallCredentials credentials) =>
        builder.With(options => options.CallOptionsActions.Add(context => Compose(context, credentials)));

    public static IHttpClientBuilder ConfigureGrpcClientCreator(
        this IHttpClientBuilder builder, Func<IServiceProvider, CallInvoker, object> configureCreator) =>
        builder.With(options => options.ServiceCreator = configureCreator);

    public static IHttpClientBuilder ConfigureGrpcClientCreator(
        this IHttpClientBuilder builder, Func<CallInvoker, object> configureCreator) =>
        builder.With(options => options.Creator = configureCreator);

    private static void Compose(CallOptionsContext context, CallCredentials credentials) =>
        context.CallOptions = context.CallOptions.WithCredentials(
            context.CallOptions.Credentials is { } own ? CallCredentials.Compose(own, credentials) : credentials);

    private static IHttpClientBuilder With(this IHttpClientBuilder builder, Action<GrpcClientFactoryOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(builder.Name, configure);
        return builder;
    }
}
