using System.CommandLine;

namespace OpsMesh.Cli;

/// <summary>Stands in the help; the launcher runs the command as a program of its own, which it builds first.</summary>
internal static class LaunchedCommand
{
    public static Command Create(string name, string description)
    {
        var rest = new Argument<string[]>("ARGUMENTS") { Arity = ArgumentArity.ZeroOrMore, Description = $"See `./opsmesh {name} --help`." };
        var command = new Command(name, description) { rest };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(Refuse);
        return command;

        int Refuse(ParseResult parsed) => throw new CliException(ExitCodes.BadConfiguration, $"This runs through ./opsmesh {name}, which builds it first.");
    }
}
