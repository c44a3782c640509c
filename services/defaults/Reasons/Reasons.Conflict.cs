namespace OpsMesh;

/// <remarks>Conflict: The state of the thing forbids it; read again, then decide.</remarks>
public static partial class Reasons
{
    /// <summary>The log is no longer a regular file.</summary>
    public const string LogSourceReplaced = "LOG_SOURCE_REPLACED";

    /// <summary>The clocks differ too much for TLS.</summary>
    public const string ClockSkew = "CLOCK_SKEW";

    /// <summary>The agent reached its limit of processes.</summary>
    public const string LimitPids = "LIMIT_PIDS";

    /// <summary>The agent reached its limit of memory.</summary>
    public const string LimitOom = "LIMIT_OOM";

    /// <summary>The agent reached its limit of disk.</summary>
    public const string LimitDisk = "LIMIT_DISK";

    /// <summary>The object has changed since the generation that was named.</summary>
    public const string PreconditionGeneration = "PRECONDITION_GENERATION";

    /// <summary>The selection is no longer what was previewed.</summary>
    public const string TargetsChanged = "TARGETS_CHANGED";

    /// <summary>A second person has to approve it.</summary>
    public const string ApprovalRequired = "APPROVAL_REQUIRED";

    /// <summary>The command's time to live is over.</summary>
    public const string CommandExpired = "COMMAND_EXPIRED";

    /// <summary>This configuration failed on the node and was not forced.</summary>
    public const string ConfigFailedBefore = "CONFIG_FAILED_BEFORE";

    /// <summary>Other bytes are stored at this place.</summary>
    public const string UploadConflict = "UPLOAD_CONFLICT";

    /// <summary>The whole does not have the digest that was named.</summary>
    public const string UploadDigest = "UPLOAD_DIGEST";

    /// <summary>The package is older than what the node has trusted.</summary>
    public const string UpdateRollback = "UPDATE_ROLLBACK";

    /// <summary>The package's manifest has expired.</summary>
    public const string UpdateExpired = "UPDATE_EXPIRED";

    /// <summary>The package's parts are of different manifests.</summary>
    public const string UpdateMixed = "UPDATE_MIXED";

    /// <summary>The package's version is implausibly far ahead.</summary>
    public const string UpdateVersionLeap = "UPDATE_VERSION_LEAP";
}
