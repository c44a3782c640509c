using System.CommandLine;
using OpsMesh.Cli.Local.Stores;

namespace OpsMesh.Cli.Local;

internal static class UpCommand
{
    public static Command Create()
    {
        var portBase = LocalArguments.PortBase();
        var data = LocalArguments.Data();
        var interval = Durations.Option("--metrics-interval", "How often each node measures and sends. Default: 10s.");
        var profile = new Option<string>("--profile") { Description = "What state and events are kept in.", DefaultValueFactory = _ => "local", HelpName = "PROFILE" };
        profile.AcceptOnlyFromAmong("local", StoreServers.Profile);
        var servers = new GivenServers(Environment.GetEnvironmentVariable);
        var respawn = new Option<bool>("--respawn") { Description = "Start a process again that ended, as systemd would. Without it the end is reported and the exit code is 6." };
        var command = new Command("up", "Starts the whole mesh on this machine, as tye.yaml says, and keeps it until Ctrl-C.") { portBase, data, profile, servers.Postgres, servers.Redis, interval, respawn };
        command.SetAction((parsed, cancellationToken) =>
        {
            var options = new LocalOptions
            {
                PortBase = parsed.GetValue(portBase),
                Data = parsed.GetValue(data),
                Profile = parsed.GetValue(profile)!,
                MetricsInterval = parsed.GetValue(interval) ?? LocalOptions.DefaultMetricsInterval,
                Respawn = parsed.GetValue(respawn),
            };
            return new UpRunner(servers.Read(parsed, options), TimeProvider.System).RunAsync(cancellationToken);
        });
        return command;
    }
}
