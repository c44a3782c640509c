namespace Dapr;

/// <summary>A call to the sidecar failed; the cause, usually an RpcException, is the inner exception.</summary>
public class DaprException : Exception
{
    public DaprException(string message)
        : base(message)
    {
    }

    public DaprException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
