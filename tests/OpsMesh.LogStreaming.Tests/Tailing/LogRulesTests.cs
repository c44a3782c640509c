using Google.Protobuf.WellKnownTypes;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.LogStreaming.Tailing;

public sealed class LogRulesTests
{
    private const string Node = "01890a5d-ac96-774b-bcce-b302099a8057";

    [Theory]
    [InlineData("", "game", Reasons.FieldRequired, "node_id")]
    [InlineData("node-1", "game", Reasons.FieldFormat, "node_id")]
    [InlineData(Node, "", Reasons.FieldRequired, "agent_id")]
    [InlineData(Node, "../../etc", Reasons.NameCharset, "agent_id")]
    [InlineData(Node, "tmp", Reasons.NameCharset, "agent_id")]
    public void BadIds_AreRefused(string node, string agent, string reason, string field)
    {
        var refusal = LogRules.Target(node, agent);

        Assert.Equal((FailureKind.Invalid, reason, field), (refusal!.Kind, refusal.Reason, refusal.Field));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1000, true)]
    [InlineData(-1, false)]
    [InlineData(1001, false)]
    [InlineData(int.MinValue, false)]
    public void Lines_AreNeverClamped(int lines, bool passes) =>
        Assert.Equal(passes ? null : Reasons.OutOfRange, LogRules.Lines(lines, "lines")?.Reason);

    [Theory]
    [InlineData("", true)]
    [InlineData("3:4096", true)]
    [InlineData("3", false)]
    [InlineData("3:-1", false)]
    [InlineData("3:4:5", false)]
    [InlineData(" 3:4", false)]
    [InlineData("18446744073709551616:0", false)]
    public void Cursor_MustBeOneThatAnAnswerGave(string cursor, bool passes) =>
        Assert.Equal(passes ? null : "cursor", LogRules.Query(new LogQuery { Cursor = cursor })?.Field);

    [Theory]
    [InlineData("warn|error", true)]
    [InlineData("(unclosed", false)]
    [InlineData(@"(?<=a)b", false)]
    [InlineData(@"(a)\1", false)]
    public void Regex_MustWorkWithoutBacktracking(string regex, bool passes) =>
        Assert.Equal(passes ? null : "regex", LogRules.Query(new LogQuery { Regex = regex })?.Field);

    [Fact]
    public void LongFilter_IsRefused() =>
        Assert.Equal((Reasons.OutOfRange, "contains"), Seen(LogRules.Query(new LogQuery { Contains = new string('x', 1001) })));

    [Fact]
    public void UnknownStreamOrDirection_IsRefused()
    {
        Assert.Equal((Reasons.UnknownEnum, "stream"), Seen(LogRules.Query(new LogQuery { Stream = LogStream.Unspecified })));
        Assert.Equal((Reasons.UnknownEnum, "stream"), Seen(LogRules.Query(new LogQuery { Stream = (LogStream)7 })));
        Assert.Equal((Reasons.UnknownEnum, "direction"), Seen(LogRules.Direction(true, LogDirection.Unspecified)));
        Assert.Null(LogRules.Direction(false, LogDirection.Unspecified));
    }

    [Fact]
    public void TimesInTheWrongOrderOrOutsideTheCalendar_AreRefused()
    {
        var early = new Timestamp { Seconds = 1 };
        var late = new Timestamp { Seconds = 2 };

        Assert.Null(LogRules.Query(new LogQuery { Since = early, Until = late }));
        Assert.Equal((Reasons.TimeOutOfRange, "since"), Seen(LogRules.Query(new LogQuery { Since = late, Until = early })));
        Assert.Equal((Reasons.TimeOutOfRange, "until"), Seen(LogRules.Query(new LogQuery { Until = new Timestamp { Seconds = long.MaxValue } })));
    }

    private static (string?, string?) Seen(Failure? refusal) => (refusal?.Reason, refusal?.Field);
}
