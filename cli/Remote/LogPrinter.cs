using System.Text.Json.Nodes;

namespace OpsMesh.Cli.Remote;

/// <summary>Lines to one writer; what is missing between them to the other, so that a pipe gets lines only.</summary>
internal sealed class LogPrinter(TextWriter lines, TextWriter notes, bool json, bool times)
{
    public void Print(JsonObject message)
    {
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
    }
}
