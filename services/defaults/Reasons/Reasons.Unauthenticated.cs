namespace OpsMesh;

/// <remarks>Unauthenticated: Nobody we know is calling; a valid credential would help.</remarks>
public static partial class Reasons
{
    public const string CredentialMissing = "CREDENTIAL_MISSING";
    public const string TokenFormat = "TOKEN_FORMAT";
    public const string TokenSignature = "TOKEN_SIGNATURE";
    public const string TokenExpired = "TOKEN_EXPIRED";
    public const string TokenAudience = "TOKEN_AUDIENCE";
    public const string TokenUsed = "TOKEN_USED";
    public const string CertIssuerRetired = "CERT_ISSUER_RETIRED";
}
