using Grpc.Core;

namespace Grpc.Net.Client.Configuration;

public sealed class HedgingPolicy : ConfigObject
{
    public int? MaxAttempts { get; set; }

    public TimeSpan? HedgingDelay { get; set; }

    public IList<StatusCode> NonFatalStatusCodes { get; } = [];
}
