using Spectre.Console;

namespace OpsMesh.Cli.Local;

/// <summary>One line for each step that is done, with the time since the start.</summary>
internal sealed class Progress(IAnsiConsole console, TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();

    public TimeSpan Elapsed => clock.GetElapsedTime(_start);

    public void Done(string what) => console.MarkupLine($"[green]ok[/]   [grey]{Elapsed.TotalSeconds,5:0.0} s[/]  {Markup.Escape(what)}");

    public void Note(string what) => console.MarkupLine($"[yellow]..[/]   [grey]{Elapsed.TotalSeconds,5:0.0} s[/]  {Markup.Escape(what)}");

    public void Bad(string what) => console.MarkupLine($"[red]!![/]   [grey]{Elapsed.TotalSeconds,5:0.0} s[/]  {Markup.Escape(what)}");

    public static IAnsiConsole Console() => Console(System.Console.Out, System.Console.IsOutputRedirected);

    /// <summary>A pipe has no width and no colours: lines must not break there.</summary>
    public static IAnsiConsole Console(TextWriter output, bool redirected)
    {
        var settings = new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) };
        if (redirected)
        {
            (settings.Ansi, settings.ColorSystem, settings.Interactive) = (AnsiSupport.No, ColorSystemSupport.NoColors, InteractionSupport.No);
        }

        var console = AnsiConsole.Create(settings);
        if (redirected)
        {
            console.Profile.Width = 1000;
        }

        return console;
    }
}
