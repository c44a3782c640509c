namespace OpsMesh;

/// <remarks>Denied: The caller is known and may not do this.</remarks>
public static partial class Reasons
{
    /// <summary>The caller has none of the roles, or is not of the kind, that the call needs.</summary>
    public const string RoleMissing = "ROLE_MISSING";

    /// <summary>The selector or list reaches beyond the caller's scope.</summary>
    public const string Scope = "SCOPE";

    /// <summary>A field names another node than the caller's certificate.</summary>
    public const string NodeIdMismatch = "NODE_ID_MISMATCH";

    /// <summary>The certificate, token or role was revoked.</summary>
    public const string Revoked = "REVOKED";

    /// <summary>The daemon acts only on a signed command.</summary>
    public const string EnvelopeRequired = "ENVELOPE_REQUIRED";

    /// <summary>The command is for another node.</summary>
    public const string EnvelopeAudience = "ENVELOPE_AUDIENCE";

    /// <summary>The command's signature or signer is wrong.</summary>
    public const string CommandSignatureInvalid = "COMMAND_SIGNATURE_INVALID";

    /// <summary>The node's own policy forbids it; no remote call changes that.</summary>
    public const string LocalPolicy = "LOCAL_POLICY";

    /// <summary>The address is not one that may be reached from there.</summary>
    public const string EgressDenied = "EGRESS_DENIED";

    /// <summary>The mount is not on the node's list.</summary>
    public const string VolumeNotAllowed = "VOLUME_NOT_ALLOWED";

    /// <summary>Two daemons claim to be this node.</summary>
    public const string NodeCloneSuspected = "NODE_CLONE_SUSPECTED";
}
