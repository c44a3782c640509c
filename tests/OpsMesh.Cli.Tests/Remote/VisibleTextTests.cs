namespace OpsMesh.Cli.Remote;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain äöü 日本 \t tab", "plain äöü 日本 \t tab")]
    [InlineData("\u001b]0;title\a", "\\e]0;title\\a")]
    [InlineData("\u001b[2J", "\\e[2J")]
    [InlineData("\u001b]52;c;Zm9v\u0007", "\\e]52;c;Zm9v\\a")]
    [InlineData("\u009b31m", "\\x9b31m")]
    [InlineData("real\rfake", "real\\rfake")]
    [InlineData("one\ntwo", "one\\ntwo")]
    [InlineData("a\u202eb\u2066c", "a\\u202eb\\u2066c")]
    [InlineData("\0\u007f", "\\x00\\x7f")]
    [InlineData("", "")]
    public void ControlCharacters_AreWrittenOut(string text, string visible) => Assert.Equal(visible, VisibleText.Of(text));
}
