namespace OpsMesh.Cli.Smoke;

/// <summary>Asks again and again until the answer is right, and says what was wrong last when time is up.</summary>
internal sealed class Poll(TimeProvider clock, CancellationToken cancellationToken)
{
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    public CancellationToken CancellationToken => cancellationToken;

    public TimeProvider Clock => clock;

    /// <param name="ask">Answers what is still wrong; empty when nothing is.</param>
    /// <param name="limit">Null means <see cref="Usual"/>.</param>
    public async Task UntilAsync(Func<Task<string>> ask, TimeSpan? limit = null)
    {
        var since = clock.GetTimestamp();
        while (true)
        {
            var wrong = await AskAsync(ask);
            if (wrong.Length == 0)
            {
                return;
            }

            if (clock.GetElapsedTime(since) > (limit ?? Usual))
            {
                throw new SmokeException($"after {(limit ?? Usual).TotalSeconds:0} s: {wrong}");
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    public Task DelayAsync(TimeSpan time) => Task.Delay(time, clock, cancellationToken);

    private static async Task<string> AskAsync(Func<Task<string>> ask)
    {
        try
        {
            return await ask();
        }
        catch (HttpRequestException notYet)
        {
            return notYet.Message;
        }
    }
}
