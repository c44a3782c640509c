namespace OpsMesh.Cli.Remote;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("5m", 300)]
    [InlineData("1h30m", 5400)]
    [InlineData("2d", 172800)]
    [InlineData("1.5s", 1.5)]
    public void Text_IsRead(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Durations.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("0s")]
    [InlineData("-5m")]
    [InlineData("m5")]
    [InlineData("5 m")]
    [InlineData("30m1h")]
    public void Nonsense_IsRefused(string text) => Assert.Null(Durations.Parse(text));
}
