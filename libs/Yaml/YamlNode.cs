using System.Globalization;

namespace OpsMesh.Yaml;

/// <summary>A value and where it stands. Each <c>As…</c> either answers or throws a <see cref="YamlException"/> that names the place.</summary>
public abstract class YamlNode
{
    private readonly YamlNode? _parent;
    private readonly string? _key;
    private readonly int _index;

    private protected YamlNode(YamlPlace place)
    {
        (File, Line, Column, _parent, _key, _index) = place;
    }

    public string File { get; }

    /// <summary>1-based.</summary>
    public int Line { get; }

    /// <summary>1-based.</summary>
    public int Column { get; }

    /// <summary>Where the value hangs, such as <c>agents[0].command</c>; empty for the root. Made on demand: kept in each node, long keys would multiply.</summary>
    public string Path
    {
        get
        {
            if (_parent is null)
            {
                return "";
            }

            var above = _parent.Path;
            if (_key is null)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{above}[{_index}]");
            }

            return above.Length == 0 ? _key : $"{above}.{_key}";
        }
    }

    /// <summary>Nothing was written, or <c>null</c> or <c>~</c>.</summary>
    public virtual bool IsNull => false;

    private protected abstract string Kind { get; }

    public YamlMap AsMap() => this as YamlMap ?? throw Unlike("a map of keys and values");

    public YamlList AsList() => this as YamlList ?? throw Unlike("a list");

    /// <summary>The text as it was written: a plain <c>12</c> or <c>true</c> is text too.</summary>
    public string AsString() => Scalar("text").Text;

    public int AsInt(int min = int.MinValue, int max = int.MaxValue) => (int)AsLong(min, max);

    public long AsLong(long min = long.MinValue, long max = long.MaxValue)
    {
        var scalar = Scalar("a whole number");
        if (scalar.IsQuoted || !long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            throw Unlike("a whole number");
        }

        return value >= min && value <= max ? value : throw Error($"must be from {min} to {max}, not {value}");
    }

    public double AsDouble()
    {
        var scalar = Scalar("a number");
        return !scalar.IsQuoted && double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw Unlike("a number");
    }

    public bool AsBool()
    {
        var scalar = Scalar("true or false");
        return (scalar.IsQuoted, scalar.Text) switch
        {
            (false, "true") => true,
            (false, "false") => false,
            _ => throw Unlike("true or false"),
        };
    }

    /// <summary>A duration such as <c>10s</c>, <c>500ms</c>, <c>1m30s</c> or <c>7d</c>; a number without unit is refused.</summary>
    public TimeSpan AsDuration() =>
        YamlDuration.TryParse(Scalar("a duration such as 10s").Text, out var value) ? value : throw Unlike("a duration such as 10s, 500ms or 1m30s");

    /// <summary>One of a few words.</summary>
    public string AsOneOf(params ReadOnlySpan<string> words)
    {
        var list = string.Join(", ", words);
        var text = Scalar($"one of {list}").Text;
        return words.Contains(text) ? text : throw Error($"must be one of {list}, not '{YamlText.Short(text)}'");
    }

    /// <summary>The exception for a caller's own check of this value.</summary>
    public YamlException Error(string detail) => new(YamlProblem.Value, File, Line, Column, Path, detail);

    private protected YamlException KeyError(string key, string detail) =>
        new(YamlProblem.Key, File, Line, Column, YamlText.Short(Path.Length == 0 ? key : $"{Path}.{key}"), detail);

    private YamlScalar Scalar(string wanted) => this is YamlScalar { IsNull: false } scalar ? scalar : throw Unlike(wanted);

    private YamlException Unlike(string wanted) => Error($"must be {wanted}, not {Kind}");
}
