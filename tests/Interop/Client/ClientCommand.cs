using System.CommandLine;
using OpsMesh.Cli;

namespace OpsMesh.Interop.Client;

internal static class ClientCommand
{
    public static Command Create()
    {
        var host = new Option<string>("--server_host") { DefaultValueFactory = _ => "127.0.0.1", Description = "Host to connect to." };
        var hostOverride = new Option<string?>("--server_host_override") { Description = "Host to claim to be connecting to, in TLS and :authority." };
        var port = new Option<int>("--server_port") { Required = true, Description = "Port to connect to." };
        var cases = new Option<string>("--test_case") { DefaultValueFactory = _ => "all", Description = "Cases to run, one or several with commas, or `all`." };
        var useTls = SharedOptions.UseTls();
        var useTestCa = new Option<bool>("--use_test_ca") { DefaultValueFactory = _ => false, Description = $"Trusts {TestCredentials.AuthorityFile} of --credentials in place of the machine's authorities." };
        var credentials = SharedOptions.Credentials();
        var command = new Command("client", "Runs cases against a server: one line each, exit code 1 when one fails.")
        {
            host, hostOverride, port, cases, useTls, useTestCa, credentials,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var authority = parsed.GetValue(useTestCa) ? TestCredentials.In(parsed.GetValue(credentials)!, TimeProvider.System) : null;
            var target = new InteropTarget(parsed.GetValue(host)!, parsed.GetValue(port), parsed.GetValue(useTls), parsed.GetValue(hostOverride), authority);
            return RunAsync(Chosen(parsed.GetValue(cases)!), target, parsed.InvocationConfiguration.Output, cancellationToken);
        });
        return command;
    }

    private static List<TestCase> Chosen(string names) => names == "all"
        ? [.. TestCases.All]
        : [.. names.Split(',').Select(name => TestCases.All.FirstOrDefault(c => c.Name == name)
            ?? throw new CliException(ExitCodes.BadConfiguration, $"'{name}' is no test case. There are: {string.Join(", ", TestCases.All.Select(c => c.Name))}."))];

    private static async Task<int> RunAsync(List<TestCase> cases, InteropTarget target, TextWriter output, CancellationToken cancellationToken)
    {
        var exitCode = ExitCodes.Ok;
        foreach (var test in cases)
        {
            var failure = await CaseRunner.RunAsync(test, target, TimeProvider.System, cancellationToken);
            await output.WriteLineAsync(failure is null ? $"{test.Name} ok" : $"{test.Name} failed: {failure.ReplaceLineEndings(" ")}");
            exitCode = failure is null ? exitCode : ExitCodes.Failed;
        }

        return exitCode;
    }
}
