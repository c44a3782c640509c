using System.Text.Json.Nodes;

namespace OpsMesh.Cli.Remote;

/// <summary>Lines to one writer; what is missing between them to the other, so that a pipe gets lines only.</summary>
internal sealed class LogPrinter(TextWriter lines, TextWriter notes, bool json, bool times)
{
    private bool _isBroken;

    /// <summary>Whether a message has come: from then on a stream that breaks is worth another try.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Place behind the last line that was printed; empty before the first.</summary>
    public string Cursor { get; private set; } = "";

    /// <summary>Says once that nothing comes for now.</summary>
    public void Broken(string why)
    {
        if (!_isBroken)
        {
            notes.WriteLine($"-- interrupted, trying again: {VisibleText.Of(why)}");
        }

        _isBroken = true;
    }

    public void Print(JsonObject message)
    {
        if (_isBroken)
        {
            notes.WriteLine("-- connected again");
        }

        (_isBroken, HasBegun) = (false, true);
        if (message["batch"] is not JsonObject batch)
        {
            return;
        }

        if (batch["gap"] is JsonObject gap)
        {
            var lost = gap.Text("lines") is "0" or "" ? $"bytes {gap.Text("from_offset")}..{gap.Text("to_offset")}" : $"{gap.Text("lines")} lines";
            notes.WriteLine($"-- {lost} are missing here: {VisibleText.Of(gap.Text("reason"))}");
        }

        foreach (var line in (batch["lines"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (json)
            {
                lines.WriteJson(line);
                continue;
            }

            var time = times ? $"{(line.Text("time_approximate") == "true" ? "~" : "")}{line.Text("time")}  " : "";
            lines.WriteLine(time + VisibleText.Of(line.Text("text")));
        }

        lines.Flush();
        Cursor = batch.Text("cursor") is { Length: > 0 } cursor ? cursor : Cursor;
    }
}
