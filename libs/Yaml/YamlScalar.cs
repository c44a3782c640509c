namespace OpsMesh.Yaml;

/// <summary>A single value, as it was written.</summary>
public sealed class YamlScalar : YamlNode
{
    internal YamlScalar(YamlPlace place, string text, bool isQuoted)
        : base(place)
    {
        Text = text;
        IsQuoted = isQuoted;
    }

    public string Text { get; }

    /// <summary>Quoted or a block: then it is text, whatever it looks like.</summary>
    public bool IsQuoted { get; }

    public override bool IsNull => !IsQuoted && Text is "" or "~" or "null";

    private protected override string Kind => IsNull ? "empty" : $"'{YamlText.Short(Text)}'";
}
