using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Grpc.Net.ClientFactory;

/// <param name="actions">In the order in which they are applied.</param>
/// <param name="defaultHeaders">Added after them, where the call has none of the name.</param>
/// <param name="services">Handed to the actions.</param>
internal sealed class CallOptionsActionsInterceptor(
    IEnumerable<Action<CallOptionsContext>> actions, Metadata defaultHeaders, IServiceProvider services) : CallOptionsInterceptor
{
    protected override ClientInterceptorContext<TRequest, TResponse> Rewrite<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context)
    {
        var changing = new CallOptionsContext(context.Options, services);
        foreach (var action in actions)
        {
            action(changing);
        }

        return new(context.Method, context.Host, WithDefaults(changing.CallOptions));
    }

    private CallOptions WithDefaults(CallOptions options)
    {
        if (defaultHeaders.Count == 0)
        {
            return options;
        }

        var own = options.Headers ?? [];
        return options.WithHeaders([.. own, .. defaultHeaders.Where(entry => own.Get(entry.Key) is null)]);
    }
}
