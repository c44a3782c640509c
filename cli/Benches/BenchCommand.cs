using System.CommandLine;

namespace OpsMesh.Cli.Benches;

/// <summary>Stands in the help; the launcher runs the benches as a program of their own, built in Release.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var rest = new Argument<string[]>("ARGUMENTS") { Arity = ArgumentArity.ZeroOrMore, Description = "See `./opsmesh bench --help`." };
        var command = new Command("bench", "Measures beside a peer in the same run: `./opsmesh bench grpc`.") { rest };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(Refuse);
        return command;
    }

    private static int Refuse(ParseResult parsed) =>
        throw new CliException(ExitCodes.BadConfiguration, "Benches run through ./opsmesh bench, which builds them in Release first.");
}
