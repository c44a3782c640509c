namespace OpsMesh;

/// <remarks>Conflict: The state of the thing forbids it; read again, then decide.</remarks>
public static partial class Reasons
{
    public const string LogSourceReplaced = "LOG_SOURCE_REPLACED";
    public const string ClockSkew = "CLOCK_SKEW";
    public const string LimitPids = "LIMIT_PIDS";
    public const string LimitOom = "LIMIT_OOM";
    public const string LimitDisk = "LIMIT_DISK";
    public const string PreconditionGeneration = "PRECONDITION_GENERATION";
    public const string TargetsChanged = "TARGETS_CHANGED";
    public const string ApprovalRequired = "APPROVAL_REQUIRED";
    public const string CommandExpired = "COMMAND_EXPIRED";
    public const string ConfigFailedBefore = "CONFIG_FAILED_BEFORE";
    public const string UploadConflict = "UPLOAD_CONFLICT";
    public const string UploadDigest = "UPLOAD_DIGEST";
    public const string UpdateRollback = "UPDATE_ROLLBACK";
    public const string UpdateExpired = "UPDATE_EXPIRED";
    public const string UpdateMixed = "UPDATE_MIXED";
    public const string UpdateVersionLeap = "UPDATE_VERSION_LEAP";
}
