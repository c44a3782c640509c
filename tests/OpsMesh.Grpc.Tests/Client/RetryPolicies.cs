using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace OpsMesh.Grpc.Tests.Client;

internal static class RetryPolicies
{
    /// <summary>Four attempts at every method that is UNAVAILABLE.</summary>
    public static void Add(GrpcChannelOptions options, TimeSpan? backoff = null) => options.ServiceConfig = new()
    {
        MethodConfigs =
        {
            new MethodConfig
            {
                Names = { MethodName.Default },
                RetryPolicy = new()
                {
                    MaxAttempts = 4,
                    InitialBackoff = backoff ?? TimeSpan.FromMilliseconds(5),
                    MaxBackoff = backoff ?? TimeSpan.FromMilliseconds(20),
                    BackoffMultiplier = 2,
                    RetryableStatusCodes = { StatusCode.Unavailable },
                },
            },
        },
    };
}
