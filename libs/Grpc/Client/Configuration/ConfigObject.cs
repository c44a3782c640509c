namespace Grpc.Net.Client.Configuration;

/// <summary>Part of a service config.</summary>
public abstract class ConfigObject
{
    internal ConfigObject()
    {
    }
}
