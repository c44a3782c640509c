namespace OpsMesh.Bench.Subjects;

/// <summary>Does one thing after the other and times each.</summary>
internal static class Latencies
{
    /// <returns>How many, in how many seconds, and the median of one in milliseconds.</returns>
    public static async Task<object> MeasureAsync(Func<int, Task> operation, TimeSpan length, TimeProvider clock)
    {
        var each = new List<double>();
        var start = clock.GetTimestamp();
        while (clock.GetElapsedTime(start) < length)
        {
            var before = clock.GetTimestamp();
            await operation(each.Count);
            each.Add(clock.GetElapsedTime(before).TotalMilliseconds);
        }

        var seconds = clock.GetElapsedTime(start).TotalSeconds;
        each.Sort();
        return new { calls = each.Count, seconds, p50 = each[each.Count / 2] };
    }
}
