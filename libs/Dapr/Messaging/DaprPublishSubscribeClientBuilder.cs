using Dapr.Common;
using Microsoft.Extensions.Configuration;

namespace Dapr.Messaging.PublishSubscribe;

public sealed class DaprPublishSubscribeClientBuilder(IConfiguration? configuration = null) : DaprGenericClientBuilder<DaprPublishSubscribeClient>(configuration)
{
    public override DaprPublishSubscribeClient Build()
    {
        var (channel, http, _, token) = BuildDaprClientDependencies(typeof(DaprPublishSubscribeClientBuilder).Assembly);
        return new StreamingSubscriber(channel, http, token);
    }
}
