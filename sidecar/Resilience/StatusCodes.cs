using System.Globalization;

namespace OpsMesh.Sidecar.Resilience;

/// <summary>A list of codes and ranges as <c>429,500-599</c>.</summary>
internal sealed record StatusCodes(IReadOnlyList<(int From, int To)> Ranges)
{
    /// <returns>Null when the text is no such list.</returns>
    public static StatusCodes? Parse(string text)
    {
        List<(int, int)> ranges = [];
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-', 2, StringSplitOptions.TrimEntries);
            if (!int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var to)
                || to < from)
            {
                return null;
            }

            ranges.Add((from, to));
        }

        return ranges.Count > 0 ? new StatusCodes(ranges) : null;
    }

    public bool Has(int code) => Ranges.Any(r => code >= r.From && code <= r.To);
}
