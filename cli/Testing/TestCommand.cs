using System.CommandLine;

namespace OpsMesh.Cli.Testing;

internal static class TestCommand
{
    public static Command Create()
    {
        var filter = new Argument<string?>("FILTER") { Arity = ArgumentArity.ZeroOrOne, Description = "Part of a test's full name, such as Yaml or Duration_Is. Default: all tests." };
        var command = new Command("test", "Runs all tests; the launcher has built them. A skipped test fails the run when CI=true.") { filter };
        command.SetAction((parsed, cancellationToken) => new TestRunner(parsed.GetValue(filter), TimeProvider.System).RunAsync(cancellationToken));
        return command;
    }
}
