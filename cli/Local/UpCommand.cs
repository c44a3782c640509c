using System.CommandLine;
using OpsMesh.Cli.Local.Sidecars;
using OpsMesh.Cli.Local.Stores;

namespace OpsMesh.Cli.Local;

internal static class UpCommand
{
    private const string OwnSidecar = "own";

    public static Command Create()
    {
        var portBase = LocalArguments.PortBase();
        var data = LocalArguments.Data();
        var interval = Durations.Option("--metrics-interval", "How often each node measures and sends. Default: 10s.");
        var profile = new Option<string?>("--profile") { Description = "What state and events are kept in. Default: local, and redis-postgres with --sidecar daprd.", HelpName = "PROFILE" };
        profile.AcceptOnlyFromAmong("local", StoreServers.Profile);
        var sidecar = new Option<string>("--sidecar") { Description = "Who offers the Dapr API: one process of this repository for all, or a daprd from PATH beside each application (with --profile redis-postgres).", DefaultValueFactory = _ => OwnSidecar, HelpName = "SIDECAR" };
        sidecar.AcceptOnlyFromAmong(OwnSidecar, DaprdProgram.Name);
        var servers = new GivenServers(Environment.GetEnvironmentVariable);
        var respawn = new Option<bool>("--respawn") { Description = "Start a process again that ended, as systemd would. Without it the end is reported and the exit code is 6." };
        var command = new Command("up", "Starts the whole mesh on this machine, as tye.yaml says, and keeps it until Ctrl-C.") { portBase, data, profile, sidecar, servers.Postgres, servers.Redis, interval, respawn };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var isDaprd = parsed.GetValue(sidecar) == DaprdProgram.Name;
            var options = new LocalOptions
            {
                PortBase = parsed.GetValue(portBase),
                Data = parsed.GetValue(data),
                Profile = parsed.GetValue(profile) ?? (isDaprd ? StoreServers.Profile : LocalOptions.DefaultProfile),
                MetricsInterval = parsed.GetValue(interval) ?? LocalOptions.DefaultMetricsInterval,
                Respawn = parsed.GetValue(respawn),
            };
            options = servers.Read(parsed, options);
            options = isDaprd ? await WithDaprdAsync(options, cancellationToken) : options;
            return await new UpRunner(options, TimeProvider.System).RunAsync(cancellationToken);
        });
        return command;
    }

    private static async Task<LocalOptions> WithDaprdAsync(LocalOptions options, CancellationToken cancellationToken) => options.Profile == StoreServers.Profile
        ? options with { Daprd = await DaprdProgram.FindAsync(Environment.GetEnvironmentVariable("PATH"), cancellationToken) }
        : throw new CliException(ExitCodes.BadConfiguration, $"--sidecar {DaprdProgram.Name} is for --profile {StoreServers.Profile}: events in the memory of one daprd reach no other.");
}
