namespace Dapr;

/// <summary>The sidecar refused a call with an error code of its own.</summary>
public class DaprApiException : DaprException
{
    public DaprApiException(string message, string errorCode, bool isTransient)
        : this(message, inner: null, errorCode, isTransient)
    {
    }

    public DaprApiException(string message, Exception? inner, string errorCode, bool isTransient)
        : base(message, inner!)
    {
        ErrorCode = string.IsNullOrEmpty(errorCode) ? "UNKNOWN" : errorCode;
        IsTransient = isTransient;
    }

    public string ErrorCode { get; }

    public bool IsTransient { get; }
}
