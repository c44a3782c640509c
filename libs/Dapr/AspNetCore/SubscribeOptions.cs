namespace Dapr;

public class SubscribeOptions
{
    /// <summary>Asks for raw payloads on every subscription.</summary>
    public bool EnableRawPayload { get; set; }
}
