using System.Globalization;

namespace OpsMesh.Daemon.Logs;

/// <summary>A place in a log for ever: start of the agent and byte in what that start wrote. Text "EPOCH:OFFSET".</summary>
internal readonly record struct LogCursor(ulong Epoch, long Offset)
{
    public static bool TryParse(string text, out LogCursor cursor)
    {
        cursor = default;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0
            || !ulong.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || epoch == 0
            || !long.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return false;
        }

        cursor = new(epoch, offset);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}:{Offset}");
}
