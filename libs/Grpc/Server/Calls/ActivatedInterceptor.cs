using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>The interceptor of one call; disposed of after it when the call made it.</summary>
internal readonly struct ActivatedInterceptor : IAsyncDisposable
{
    private readonly bool _created;

    public ActivatedInterceptor(InterceptorRegistration registration, ServerCallContext context) =>
        Interceptor = registration.Activate(context.GetHttpContext().RequestServices, out _created);

    public Interceptor Interceptor { get; }

    public ValueTask DisposeAsync()
    {
        if (_created)
        {
            switch (Interceptor)
            {
                case IAsyncDisposable asynchronous:
                    return asynchronous.DisposeAsync();
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }

        return ValueTask.CompletedTask;
    }
}
