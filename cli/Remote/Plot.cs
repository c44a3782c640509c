using System.Globalization;

namespace OpsMesh.Cli.Remote;

/// <summary>A bar chart of characters: time to the right, gaps stay gaps.</summary>
internal static class Plot
{
    private const int Rows = 8;
    private const string Eighths = " ▁▂▃▄▅▆▇█";

    /// <param name="start">Left edge; each column is one <paramref name="step"/> wide.</param>
    public static void Write(
        TextWriter output, IReadOnlyList<(DateTimeOffset At, double Value)> points, DateTimeOffset start, TimeSpan step, Func<double, string> label)
    {
        var columns = Average(points, start, step);
        var (low, high) = Range(columns);
        var labels = Enumerable.Range(0, Rows).Select(row => row is 0 or Rows - 1 ? label(row == 0 ? high : low) : row == Rows / 2 ? label((low + high) / 2) : "").ToList();
        var width = labels.Max(text => text.Length);
        for (var row = 0; row < Rows; row++)
        {
            var cells = columns.Select(value => Cell(value, low, high, Rows - 1 - row));
            output.WriteLine($"{labels[row].PadLeft(width)} ┤{string.Concat(cells)}".TrimEnd());
        }

        var end = start + (step * columns.Length);
        var axis = new string('─', columns.Length);
        output.WriteLine($"{new string(' ', width)} └{axis}");
        var left = Clock(start);
        output.WriteLine($"{new string(' ', width + 2)}{left}{Clock(end).PadLeft(Math.Max(columns.Length - left.Length, 9))}");
    }

    private static double?[] Average(IReadOnlyList<(DateTimeOffset At, double Value)> points, DateTimeOffset start, TimeSpan step)
    {
        var last = points.Max(point => (int)((point.At - start) / step));
        var buckets = points.Where(point => point.At >= start - step && double.IsFinite(point.Value))
            .GroupBy(point => Math.Max(0, (int)((point.At - start) / step)))
            .ToDictionary(bucket => bucket.Key, bucket => bucket.Average(point => point.Value));
        return [.. Enumerable.Range(0, last + 1).Select(column => buckets.TryGetValue(column, out var value) ? value : (double?)null)];
    }

    /// <summary>From zero when nothing is negative: a bar that starts elsewhere lies about its size.</summary>
    private static (double Low, double High) Range(double?[] columns)
    {
        var low = Math.Min(0, columns.Min() ?? 0);
        var high = Math.Max(0, columns.Max() ?? 0);
        return high > low ? (low, high) : (low, low + 1);
    }

    private static char Cell(double? value, double low, double high, int rowFromBottom)
    {
        if (value is not { } known)
        {
            return ' ';
        }

        // At least one eighth: a sample of zero is not a gap.
        var eighths = Math.Max(1, (int)Math.Round((known - low) / (high - low) * Rows * 8));
        return Eighths[Math.Clamp(eighths - (rowFromBottom * 8), 0, 8)];
    }

    private static string Clock(DateTimeOffset time) => time.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
