using System.CommandLine;

namespace OpsMesh.Bench.Harness;

/// <summary>The flags that every bench has.</summary>
internal sealed class BenchOptions
{
    private readonly Option<bool> _quick = new("--quick") { Description = "At most 60 s: fewer and shorter rounds, more noise." };
    private readonly Option<bool> _json = new("--json") { Description = "Results as JSON lines." };
    private readonly Option<bool> _write = new("--write") { Description = "Also write the results into docs/benchmarks.md." };
    private readonly Option<string?> _only;

    public BenchOptions(Command command, IReadOnlyList<string> cases)
    {
        _only = new("--only") { Description = $"One case: {string.Join(", ", cases)}.", HelpName = "CASE" };
        _only.AcceptOnlyFromAmong([.. cases]);
        command.Options.Add(_quick);
        command.Options.Add(_only);
        command.Options.Add(_json);
        command.Options.Add(_write);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(_write) && (parsed.GetValue(_quick) || parsed.GetValue(_only) is not null))
            {
                parsed.AddError("--write takes a full run: neither --quick nor --only.");
            }
        });
    }

    public BenchRequest Read(ParseResult parsed) => new(
        parsed.GetValue(_quick) ? Schedule.Quick : Schedule.Full, parsed.GetValue(_only), parsed.GetValue(_json), parsed.GetValue(_write));
}
