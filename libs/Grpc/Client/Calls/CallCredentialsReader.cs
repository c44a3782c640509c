using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>Collects the interceptors within call credentials, in order.</summary>
internal sealed class CallCredentialsReader : CallCredentialsConfiguratorBase
{
    private readonly List<AsyncAuthInterceptor> _interceptors = [];

    private CallCredentialsReader()
    {
    }

    public static IReadOnlyList<AsyncAuthInterceptor> Interceptors(CallCredentials credentials)
    {
        var reader = new CallCredentialsReader();
        credentials.InternalPopulateConfiguration(reader, null);
        return reader._interceptors;
    }

    public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials)
    {
        foreach (var part in credentials)
        {
            part.InternalPopulateConfiguration(this, state);
        }
    }

    public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor) => _interceptors.Add(interceptor);
}
