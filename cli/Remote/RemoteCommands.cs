using System.CommandLine;

namespace OpsMesh.Cli.Remote;

/// <summary>Commands that ask a running console. They see what the page sees and may do what its operator may.</summary>
public static class RemoteCommands
{
    public static void AddTo(Command root)
    {
        root.Add(NodesCommand.Create());
        root.Add(AgentsCommand.Create());
        foreach (var command in OperateCommand.CreateAll())
        {
            root.Add(command);
        }

        root.Add(CommandCommand.Create());
        root.Add(MetricsCommand.Create());
        root.Add(LogsCommand.Create());
    }
}
