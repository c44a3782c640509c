namespace OpsMesh;

/// <remarks>Unauthenticated: Nobody we know is calling; a valid credential would help.</remarks>
public static partial class Reasons
{
    /// <summary>The call brings neither a certificate nor a token that counts here.</summary>
    public const string CredentialMissing = "CREDENTIAL_MISSING";

    /// <summary>The token does not have the form of one.</summary>
    public const string TokenFormat = "TOKEN_FORMAT";

    /// <summary>The token is not known, or its signature is wrong.</summary>
    public const string TokenSignature = "TOKEN_SIGNATURE";

    /// <summary>The token's or certificate's time is over.</summary>
    public const string TokenExpired = "TOKEN_EXPIRED";

    /// <summary>The token is for somebody else.</summary>
    public const string TokenAudience = "TOKEN_AUDIENCE";

    /// <summary>The one-time token was used before.</summary>
    public const string TokenUsed = "TOKEN_USED";

    /// <summary>The certificate's issuer has been retired; enrol or renew.</summary>
    public const string CertIssuerRetired = "CERT_ISSUER_RETIRED";
}
