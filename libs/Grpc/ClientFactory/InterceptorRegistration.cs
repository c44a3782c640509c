using Grpc.Core.Interceptors;

namespace Grpc.Net.ClientFactory;

public class InterceptorRegistration(InterceptorScope scope, Func<IServiceProvider, Interceptor> creator)
{
    public InterceptorScope Scope { get; } = scope;

    public Func<IServiceProvider, Interceptor> Creator { get; } = creator ?? throw new ArgumentNullException(nameof(creator));
}
