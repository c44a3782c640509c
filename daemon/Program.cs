using OpsMesh.Daemon;
using OpsMesh.Daemon.Configuration;
using OpsMesh.Hosting;

StartupFailures.Report("daemon");
var (arguments, error) = Arguments.Parse(args);
if (arguments is null)
{
    throw new StartupException(error);
}

if (arguments.WantsHelp)
{
    await Console.Out.WriteLineAsync(Arguments.Help);
    return;
}

var config = ConfigFile.Read(arguments.Config);
if (arguments.CheckOnly)
{
    await Console.Out.WriteLineAsync($"{arguments.Config}: ok, {config.Agents.Count} agents");
    return;
}

if (arguments.StopAgents)
{
    await DaemonProcess.StopAgentsAsync(config, TimeProvider.System);
    return;
}

await DaemonProcess.RunAsync(config, TimeProvider.System);
