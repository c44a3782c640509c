namespace OpsMesh.Daemon.Logs;

/// <summary>Where one line stands in the bytes that were split.</summary>
/// <param name="End">Behind its line end.</param>
/// <param name="TextEnd">Before its line end.</param>
/// <param name="IsContinued">It goes on in the next one.</param>
internal readonly record struct LinePlace(int Start, int TextEnd, int End, bool IsContinued);

/// <summary>Cuts bytes into lines; a line that is too long into pieces.</summary>
internal static class LogSplitter
{
    public const int LongestLine = 256 * 1024;

    /// <summary>Splits bytes that begin at the start of a line.</summary>
    /// <param name="takeRest">Whether bytes at the end without a line end are a line: nothing will follow them.</param>
    /// <returns>Where the first byte stands that belongs to no line yet.</returns>
    public static int Split(ReadOnlySpan<byte> bytes, bool takeRest, List<LinePlace> lines)
    {
        var start = 0;
        while (start < bytes.Length)
        {
            var rest = bytes[start..];
            var window = rest[..Math.Min(rest.Length, LongestLine + 1)];
            var end = window.IndexOf((byte)'\n');
            if (end >= 0)
            {
                lines.Add(new(start, start + end, start + end + 1, false));
                start += end + 1;
            }
            else if (rest.Length > LongestLine)
            {
                var cut = start + CharacterStart(rest, LongestLine);
                lines.Add(new(start, cut, cut, true));
                start = cut;
            }
            else
            {
                if (!takeRest)
                {
                    return start;
                }

                lines.Add(new(start, bytes.Length, bytes.Length, false));
                start = bytes.Length;
            }
        }

        return start;
    }

    /// <summary>The same place or up to three bytes before it, so that no UTF-8 character is cut.</summary>
    private static int CharacterStart(ReadOnlySpan<byte> bytes, int at)
    {
        for (var back = 0; back < 4; back++)
        {
            if ((bytes[at - back] & 0xC0) != 0x80)
            {
                return at - back;
            }
        }

        return at;
    }
}
