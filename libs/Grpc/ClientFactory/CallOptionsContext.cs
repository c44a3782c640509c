using Grpc.Core;

namespace Grpc.Net.ClientFactory;

/// <summary>The options of a call about to start, to be changed.</summary>
public sealed class CallOptionsContext
{
    internal CallOptionsContext(CallOptions callOptions, IServiceProvider serviceProvider)
    {
        CallOptions = callOptions;
        ServiceProvider = serviceProvider;
    }

    public CallOptions CallOptions { get; set; }

    public IServiceProvider ServiceProvider { get; }
}
