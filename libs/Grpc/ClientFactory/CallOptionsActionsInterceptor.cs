using Grpc.Core.Interceptors;

namespace Grpc.Net.ClientFactory;

internal sealed class CallOptionsActionsInterceptor(IEnumerable<Action<CallOptionsContext>> actions, IServiceProvider services)
    : CallOptionsInterceptor
{
    protected override ClientInterceptorContext<TRequest, TResponse> Rewrite<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context)
    {
        var changing = new CallOptionsContext(context.Options, services);
        foreach (var action in actions)
        {
            action(changing);
        }

        return new(context.Method, context.Host, changing.CallOptions);
    }
}
