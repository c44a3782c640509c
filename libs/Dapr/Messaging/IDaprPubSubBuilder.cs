namespace Dapr.Messaging.PublishSubscribe;

public interface IDaprPubSubBuilder : IDaprMessagingBuilder;
