namespace Grpc.Wire;

internal static class GrpcHeaders
{
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string PreviousAttempts = "grpc-previous-rpc-attempts";
    public const string RetryPushback = "grpc-retry-pushback-ms";

    /// <summary>As response header or request header: asks this side to compress; never sent.</summary>
    public const string InternalEncodingRequest = "grpc-internal-encoding-request";

    public const string ContentType = "application/grpc";
    public const string Identity = "identity";

    private static readonly string[] StatusTexts = [.. Enumerable.Range(0, 17).Select(code => code.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    public static string StatusText(int code) => (uint)code < (uint)StatusTexts.Length
        ? StatusTexts[code]
        : code.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>application/grpc, application/grpc+proto, application/grpc;charset=utf-8; not application/grpc-web.</summary>
    public static bool IsGrpcContentType(string? contentType) =>
        contentType == ContentType || IsVariant(contentType);

    private static bool IsVariant(string? contentType) =>
        contentType is not null
        && contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (contentType.Length == ContentType.Length || contentType[ContentType.Length] is ';' or '+');
}
