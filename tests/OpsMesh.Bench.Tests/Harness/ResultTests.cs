using System.Text.Json;

namespace OpsMesh.Bench.Harness;

public sealed class ResultTests
{
    private static readonly Result Faster = new()
    {
        Bench = "grpc",
        Case = "unary",
        Unit = "calls/s",
        Value = new(360_000, 350_000, 365_000),
        CpuMicros = 2.5,
        Peer = new("rawtrail", new(480_000, 470_000, 490_000), 2),
        Goal = Goal.AtLeast(0.8),
        GoalIsRatio = true,
    };

    [Fact]
    public void ResultBesideAPeer_IsOneJsonLine()
    {
        var line = JsonDocument.Parse(ResultLines.Of(Faster)).RootElement;

        Assert.Equal("unary", line.GetProperty("case").GetString());
        Assert.Equal(360_000, line.GetProperty("value").GetDouble());
        Assert.Equal("rawtrail", line.GetProperty("peer").GetString());
        Assert.Equal(0.75, line.GetProperty("ratio").GetDouble());
        Assert.Equal(0.8, line.GetProperty("cpu_ratio").GetDouble());
        Assert.False(line.GetProperty("pass").GetBoolean());
        Assert.Equal("near", line.GetProperty("verdict").GetString());
    }

    [Fact]
    public void ResultWithoutGoal_NeitherPassesNorFails()
    {
        var line = JsonDocument.Parse(ResultLines.Of(Faster with { Goal = null, GoalIsRatio = false })).RootElement;

        Assert.Equal(JsonValueKind.Null, line.GetProperty("pass").ValueKind);
    }

    [Fact]
    public void GoalForTheValue_DoesNotLookAtTheRatio()
    {
        Assert.Equal(Verdict.Pass, (Faster with { Goal = Goal.AtMost(400_000), GoalIsRatio = false }).Verdict);
    }
}
