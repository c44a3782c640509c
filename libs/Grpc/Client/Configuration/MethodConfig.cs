namespace Grpc.Net.Client.Configuration;

public sealed class MethodConfig : ConfigObject
{
    public IList<MethodName> Names { get; } = [];

    public RetryPolicy? RetryPolicy { get; set; }

    /// <summary>Not supported here: a channel with one refuses to start.</summary>
    public HedgingPolicy? HedgingPolicy { get; set; }
}
