namespace OpsMesh.Bench.Harness;

public sealed class GoalTests
{
    [Theory]
    [InlineData(0.80, "Pass")]
    [InlineData(0.79, "Near")]
    [InlineData(0.73, "Near")]
    [InlineData(0.71, "Miss")]
    public void LowerBound_IsMissedOnlyByMoreThanATenth(double value, string verdict)
    {
        Assert.Equal(verdict, Goal.AtLeast(0.80).Judge(value).ToString());
    }

    [Theory]
    [InlineData(36, "Pass")]
    [InlineData(40, "Near")]
    [InlineData(41, "Miss")]
    public void UpperBound_IsMissedOnlyByMoreThanATenth(double value, string verdict)
    {
        Assert.Equal(verdict, Goal.AtMost(36).Judge(value).ToString());
    }
}
