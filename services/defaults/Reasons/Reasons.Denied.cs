namespace OpsMesh;

/// <remarks>Denied: The caller is known and may not do this.</remarks>
public static partial class Reasons
{
    public const string RoleMissing = "ROLE_MISSING";
    public const string Scope = "SCOPE";
    public const string NodeIdMismatch = "NODE_ID_MISMATCH";
    public const string Revoked = "REVOKED";
    public const string EnvelopeRequired = "ENVELOPE_REQUIRED";
    public const string EnvelopeAudience = "ENVELOPE_AUDIENCE";
    public const string CommandSignatureInvalid = "COMMAND_SIGNATURE_INVALID";
    public const string LocalPolicy = "LOCAL_POLICY";
    public const string EgressDenied = "EGRESS_DENIED";
    public const string VolumeNotAllowed = "VOLUME_NOT_ALLOWED";
    public const string NodeCloneSuspected = "NODE_CLONE_SUSPECTED";
}
