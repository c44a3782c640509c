using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace Grpc.Net.ClientFactory;

public class GrpcClientFactoryOptions
{
    public Uri? Address { get; set; }

    public IList<Action<GrpcChannelOptions>> ChannelOptionsActions { get; } = [];

    public IList<Action<CallOptionsContext>> CallOptionsActions { get; } = [];

    public IList<Interceptor> Interceptors { get; } = [];

    public IList<InterceptorRegistration> InterceptorRegistrations { get; } = [];

    /// <summary>Makes the client; null means its constructor that takes a CallInvoker.</summary>
    public Func<CallInvoker, object>? Creator { get; set; }

    internal Func<IServiceProvider, CallInvoker, object>? ServiceCreator { get; set; }

    internal List<Action<IServiceProvider, GrpcChannelOptions>> ServiceChannelOptionsActions { get; } = [];
}
