using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Ledger;

/// <summary>What a node said about one command so far, the last word for each state. Not thread-safe.</summary>
internal sealed class CommandReports
{
    private readonly SortedDictionary<CommandState, CommandProgress> _byState = [];

    public bool IsFinal => _byState.Keys.Any(CommandMachine.IsFinal);

    public void Add(CommandProgress? report)
    {
        if (report is not null)
        {
            _byState[report.State] = report;
        }
    }

    /// <returns>The command with all reports merged in; null when they change nothing.</returns>
    public CommandDocument? ApplyTo(CommandDocument command)
    {
        var merged = command;
        foreach (var report in _byState.Values)
        {
            merged = CommandMachine.Report(merged, report) ?? merged;
        }

        return merged == command ? null : merged;
    }
}
