namespace OpsMesh;

/// <summary>The stable words for programs; one constant each. A word belongs to one <see cref="FailureKind"/>, named by its file.</summary>
/// <remarks>Invalid: The request itself is wrong; sending it again changes nothing.</remarks>
public static partial class Reasons
{
    public const string FieldRequired = "FIELD_REQUIRED";
    public const string FieldFormat = "FIELD_FORMAT";
    public const string OutOfRange = "OUT_OF_RANGE";
    public const string TooManyItems = "TOO_MANY_ITEMS";
    public const string NameCharset = "NAME_CHARSET";
    public const string SelectorEmpty = "SELECTOR_EMPTY";
    public const string SelectorSyntax = "SELECTOR_SYNTAX";
    public const string OperationUnknown = "OPERATION_UNKNOWN";
    public const string UnknownEnum = "UNKNOWN_ENUM";
    public const string UnknownVariable = "UNKNOWN_VARIABLE";
    public const string IdempotencyMismatch = "IDEMPOTENCY_MISMATCH";
    public const string FieldNotSortable = "FIELD_NOT_SORTABLE";
    public const string TimeOutOfRange = "TIME_OUT_OF_RANGE";
    public const string PathOutsideRoot = "PATH_OUTSIDE_ROOT";
    public const string UploadOffsetGap = "UPLOAD_OFFSET_GAP";
    public const string AggregationNotStored = "AGGREGATION_NOT_STORED";
    public const string PipelineYamlSize = "PIPELINE_YAML_SIZE";
    public const string PipelineYamlDepth = "PIPELINE_YAML_DEPTH";
    public const string PipelineYamlSyntax = "PIPELINE_YAML_SYNTAX";
    public const string PipelineYamlAlias = "PIPELINE_YAML_ALIAS";
    public const string PipelineYamlKey = "PIPELINE_YAML_KEY";
}
