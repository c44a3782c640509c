namespace OpsMesh.Bench.Harness;

/// <summary>One line for each step, on standard error: standard output is for results.</summary>
internal sealed class Progress(TextWriter output, TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();

    public void Say(string what) => output.WriteLine($"{clock.GetElapsedTime(_start).TotalSeconds,6:0.0} s  {what}");
}
