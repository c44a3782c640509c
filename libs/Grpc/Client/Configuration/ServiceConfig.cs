namespace Grpc.Net.Client.Configuration;

/// <summary>How the calls of a channel behave, by method.</summary>
public sealed class ServiceConfig : ConfigObject
{
    public IList<MethodConfig> MethodConfigs { get; } = [];

    public RetryThrottlingPolicy? RetryThrottling { get; set; }
}
