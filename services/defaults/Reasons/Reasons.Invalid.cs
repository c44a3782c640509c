namespace OpsMesh;

/// <summary>The stable words for programs; one constant each. A word belongs to one <see cref="FailureKind"/>, named by its file.</summary>
/// <remarks>Invalid: The request itself is wrong; sending it again changes nothing.</remarks>
public static partial class Reasons
{
    /// <summary>The field is empty.</summary>
    public const string FieldRequired = "FIELD_REQUIRED";

    /// <summary>The field does not have the form it needs.</summary>
    public const string FieldFormat = "FIELD_FORMAT";

    /// <summary>The number is outside its limits; it is never clamped.</summary>
    public const string OutOfRange = "OUT_OF_RANGE";

    /// <summary>The list is longer than allowed.</summary>
    public const string TooManyItems = "TOO_MANY_ITEMS";

    /// <summary>The name has characters or a length that names may not have, or is reserved.</summary>
    public const string NameCharset = "NAME_CHARSET";

    /// <summary>A selector that would select by accident: name what is meant.</summary>
    public const string SelectorEmpty = "SELECTOR_EMPTY";

    /// <summary>The label selector cannot be read.</summary>
    public const string SelectorSyntax = "SELECTOR_SYNTAX";

    /// <summary>Not one of start, stop, restart, kill.</summary>
    public const string OperationUnknown = "OPERATION_UNKNOWN";

    /// <summary>The value of the enum is 0 or not known here.</summary>
    public const string UnknownEnum = "UNKNOWN_ENUM";

    /// <summary>The text refers to a variable that nobody declared.</summary>
    public const string UnknownVariable = "UNKNOWN_VARIABLE";

    /// <summary>The key was used before with another request.</summary>
    public const string IdempotencyMismatch = "IDEMPOTENCY_MISMATCH";

    /// <summary>The list cannot be sorted or filtered by this field.</summary>
    public const string FieldNotSortable = "FIELD_NOT_SORTABLE";

    /// <summary>The time is more than 10 min ahead or more than 7 d old.</summary>
    public const string TimeOutOfRange = "TIME_OUT_OF_RANGE";

    /// <summary>The path leaves the folders that the node allows.</summary>
    public const string PathOutsideRoot = "PATH_OUTSIDE_ROOT";

    /// <summary>The chunk begins behind what was stored.</summary>
    public const string UploadOffsetGap = "UPLOAD_OFFSET_GAP";

    /// <summary>This aggregation is not kept at this resolution.</summary>
    public const string AggregationNotStored = "AGGREGATION_NOT_STORED";

    /// <summary>The pipeline is larger than 256 KiB.</summary>
    public const string PipelineYamlSize = "PIPELINE_YAML_SIZE";

    /// <summary>The pipeline is nested too deeply.</summary>
    public const string PipelineYamlDepth = "PIPELINE_YAML_DEPTH";

    /// <summary>The pipeline is not YAML.</summary>
    public const string PipelineYamlSyntax = "PIPELINE_YAML_SYNTAX";

    /// <summary>The pipeline uses anchors or aliases.</summary>
    public const string PipelineYamlAlias = "PIPELINE_YAML_ALIAS";

    /// <summary>The pipeline has a key that is not known or of another type.</summary>
    public const string PipelineYamlKey = "PIPELINE_YAML_KEY";
}
