using Dapr.Common;

namespace Dapr.Messaging;

public interface IDaprMessagingBuilder : IDaprServiceBuilder;
