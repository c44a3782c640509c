namespace OpsMesh.Yaml;

public sealed class YamlNodeTests
{
    [Fact]
    public void UnknownKey_NamesFileLineKeyAndTheNearestKnown()
    {
        var map = YamlDocument.Parse("agents:\n  - id: a\n    comand: x\n", "daemon.yaml").AsMap();

        var refused = Assert.Throws<YamlException>(() => map.Required("agents").AsList()[0].AsMap().RejectUnknown("id", "command", "args"));

        Assert.Equal("daemon.yaml:3:5: agents[0].comand: unknown key; did you mean 'command'?", refused.Message);
        Assert.Equal((YamlProblem.Key, 3, 5, "agents[0].comand"), (refused.Problem, refused.Line, refused.Column, refused.Key));
    }

    [Fact]
    public void MissingKey_NamesTheMapItBelongsTo()
    {
        var map = YamlDocument.Parse("node:\n  labels: {}\n  hostname:\n", "daemon.yaml").AsMap().Required("node").AsMap();

        Assert.Equal("daemon.yaml:2:3: node.hostname: is required", Assert.Throws<YamlException>(() => map.Required("hostname")).Message);
        Assert.Null(map.Optional("hostname"));
        Assert.Null(map.Optional("absent"));
    }

    [Theory]
    [InlineData("x: abc", "x.yaml:1:4: x: must be a whole number, not 'abc'")]
    [InlineData("x: \"12\"", "x.yaml:1:4: x: must be a whole number, not '12'")]
    [InlineData("x: [1]", "x.yaml:1:4: x: must be a whole number, not a list")]
    [InlineData("x: {a: 1}", "x.yaml:1:4: x: must be a whole number, not a map")]
    [InlineData("x: 99999", "x.yaml:1:4: x: must be from 1 to 65535, not 99999")]
    [InlineData("x: 1.5", "x.yaml:1:4: x: must be a whole number, not '1.5'")]
    public void WrongNumber_SaysWhatWasWantedAndFound(string text, string message)
    {
        var map = YamlDocument.Parse(text, "x.yaml").AsMap();

        Assert.Equal(message, Assert.Throws<YamlException>(() => map.Required("x").AsInt(1, 65535)).Message);
    }

    [Fact]
    public void OtherWrongTypes_AreRefused()
    {
        var map = YamlDocument.Parse("a: 'true'\nb: 10\nc: [x]\nd: often\ne: .inf", "x.yaml").AsMap();

        Assert.Contains("true or false", Assert.Throws<YamlException>(() => map.Required("a").AsBool()).Message, StringComparison.Ordinal);
        Assert.Contains("duration", Assert.Throws<YamlException>(() => map.Required("b").AsDuration()).Message, StringComparison.Ordinal);
        Assert.Contains("must be text", Assert.Throws<YamlException>(() => map.Required("c").AsString()).Message, StringComparison.Ordinal);
        Assert.Contains("always, never", Assert.Throws<YamlException>(() => map.Required("d").AsOneOf("always", "never")).Message, StringComparison.Ordinal);
        Assert.Contains("a number", Assert.Throws<YamlException>(() => map.Required("e").AsDouble()).Message, StringComparison.Ordinal);
        Assert.Contains("a list", Assert.Throws<YamlException>(() => map.Required("a").AsList()).Message, StringComparison.Ordinal);
        Assert.Contains("a map", Assert.Throws<YamlException>(() => map.Required("a").AsMap()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10s", 10_000)]
    [InlineData("500ms", 500)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("0", 0)]
    public void Duration_IsReadByItsUnits(string text, long milliseconds)
    {
        Assert.True(YamlDuration.TryParse(text, out var value));
        Assert.Equal(milliseconds, (long)value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("1.2.3s")]
    [InlineData("10 s")]
    [InlineData("10y")]
    [InlineData("99999999999999999999999999d")]
    [InlineData("999999999999999999h")]
    public void BadDuration_IsRefused(string text) => Assert.False(YamlDuration.TryParse(text, out _));

    [Fact]
    public void LongValue_IsCutInMessages()
    {
        var map = YamlDocument.Parse("x: " + new string('y', 10_000), "x.yaml").AsMap();

        Assert.True(Assert.Throws<YamlException>(() => map.Required("x").AsInt()).Message.Length < 200);
    }
}
