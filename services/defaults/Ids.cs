using System.Text.RegularExpressions;

namespace OpsMesh;

/// <summary>The shapes of ids in requests.</summary>
public static partial class Ids
{
    /// <summary>Names of agents, pipelines, steps and volumes, and keys of labels.</summary>
    public const string NameRule = "[a-z0-9][a-z0-9._-]{0,62}";

    private static readonly string[] Reserved = ["tmp", "alloc", "con"];

    /// <returns>Null when it is a lower-case UUID; else Invalid (FIELD_REQUIRED, FIELD_FORMAT).</returns>
    public static Failure? CheckUuid(string id, string field)
    {
        if (id.Length == 0)
        {
            return Required(field);
        }

        return Uuid().IsMatch(id)
            ? null
            : new Failure(FailureKind.Invalid, Reasons.FieldFormat, $"{field} must be a UUID in lower case.") { Field = field };
    }

    /// <returns>Null when it is a name as agents have; else Invalid (FIELD_REQUIRED, NAME_CHARSET).</returns>
    public static Failure? CheckName(string name, string field)
    {
        if (name.Length == 0)
        {
            return Required(field);
        }

        return IsName(name)
            ? null
            : new Failure(FailureKind.Invalid, Reasons.NameCharset, $"{field} must match {NameRule} and not be a reserved name.")
            {
                Field = field,
            };
    }

    public static bool IsName(string name) => Name().IsMatch(name) && !Reserved.Contains(name, StringComparer.Ordinal);

    private static Failure Required(string field) =>
        new(FailureKind.Invalid, Reasons.FieldRequired, $"{field} is required.") { Field = field };

    [GeneratedRegex(@"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\z")]
    private static partial Regex Uuid();

    [GeneratedRegex($@"\A{NameRule}\z")]
    private static partial Regex Name();
}
