using System.Text.Json;

namespace OpsMesh.Cli.Smoke;

public sealed class SmokePartsTests
{
    [Fact]
    public void NumberedLines_WithoutAHole_AreWhole()
    {
        var numbers = NumberedLines.Read(Lines("a n=9 pid=1", "no number", "a n=10 pid=1"));

        Assert.Equal([9, 10], numbers);
        NumberedLines.MustBeWhole(numbers, "log");
    }

    [Theory]
    [InlineData("x n=9 y", "x n=11 y")]
    [InlineData("x n=9 y", "x n=9 y")]
    public void LostOrRepeatedLine_IsSeen(string one, string two) =>
        Assert.Throws<SmokeException>(() => NumberedLines.MustBeWhole(NumberedLines.Read(Lines(one, two)), "log"));

    [Fact]
    public void TwoBlocks_NeverMeet()
    {
        using var one = PortBlock.Claim(_ => true);
        using var two = PortBlock.Claim(_ => true);

        Assert.True(Math.Abs(one.Base - two.Base) >= 1_000);
    }

    private static IEnumerable<JsonElement> Lines(params string[] texts) => texts.Select(t => JsonSerializer.SerializeToElement(new { text = t }));
}
