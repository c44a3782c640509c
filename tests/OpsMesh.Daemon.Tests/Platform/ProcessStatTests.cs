namespace OpsMesh.Daemon.Platform;

public sealed class ProcessStatTests
{
    private const string Line =
        "4242 (a ) (b) S 17 4240 4239 0 -1 4194304 64 0 0 0 250 50 3 4 20 0 7 0 187602 2654208 386 18446744073709551615 0 0 0 0 0 0 0 0 65536 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0";

    [Fact]
    public void NameWithSpacesAndParentheses_DoesNotShiftTheFields()
    {
        Assert.True(ProcessStat.TryParse(Line, out var stat));

        Assert.Equal(new ProcessStat(4242, 'S', 17, 4239, 300, 7, 187602, 386), stat);
        Assert.False(stat.IsDead);
    }

    [Fact]
    public void Zombie_IsDead()
    {
        Assert.True(ProcessStat.TryParse(Line.Replace(") S ", ") Z ", StringComparison.Ordinal), out var stat));

        Assert.True(stat.IsDead);
    }

    [Theory]
    [InlineData("")]
    [InlineData("4242")]
    [InlineData("4242 (x) S 1")]
    [InlineData("x (y) S 17 4240 4239 0 -1 4194304 64 0 0 0 250 50 3 4 20 0 7 0 187602 2654208 386 0")]
    public void AnythingElse_IsRefused(string line) => Assert.False(ProcessStat.TryParse(line, out _));
}
