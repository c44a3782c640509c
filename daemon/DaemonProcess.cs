using OpsMesh.Access;
using OpsMesh.Daemon.Commands;
using OpsMesh.Daemon.Configuration;
using OpsMesh.Daemon.Measuring;
using OpsMesh.Daemon.Platform;
using OpsMesh.Daemon.Serving;
using OpsMesh.Daemon.Sessions;
using OpsMesh.Daemon.Supervision;
using OpsMesh.Hosting;
using OpsMesh.Identity;

namespace OpsMesh.Daemon;

/// <summary>One run of the daemon, from its files to its end.</summary>
internal static class DaemonProcess
{
    private const int LeastThreads = 16;

    /// <exception cref="StartupException">It cannot start for a reason that an operator can mend.</exception>
    public static async Task RunAsync(DaemonConfig config, TimeProvider clock)
    {
        // Records are synced to disk on the pool's threads; a slow disk must not hold up handshakes and heartbeats.
        ThreadPool.SetMinThreads(Math.Max(LeastThreads, Environment.ProcessorCount), LeastThreads);
        var identity = LoadIdentity(config.Identity);
        var policy = ConfigFile.ReadPolicy(config.PolicyFile);
        CreatePrivate(config.DataFolder);
        await using var owned = new FolderLock(config.DataFolder);
        var node = new NodeFacts(identity.Id.Name, DaemonEpoch.Next(config.DataFolder), config, clock.GetUtcNow());
        await using var journal = await CommandJournal.OpenAsync(Path.Combine(config.DataFolder, "journal"), node.Epoch, clock, CancellationToken.None);

        var builder = WebApplication.CreateSlimBuilder();
        await using var spool = await MetricSpool.OpenAsync(Path.Combine(config.DataFolder, "spool", "metrics"), node.Epoch, CancellationToken.None);
        builder.AddServing(node, identity);
        builder.AddSupervision(node, spool);
        builder.AddCommands(node, identity, journal, policy);
        builder.AddSessions(node);

        await using var app = builder.Build();
        app.MapServiceDefaults();
        app.MapGrpcService<DaemonRpc>();
        app.RequirePolicies();
        await app.StartAsync();
        if (LocalSocket.PathIn(config.DataFolder) is { } socket)
        {
            LocalSocket.Restrict(socket);
        }

        await app.WaitForShutdownAsync();
    }

    /// <summary>Stops what daemons over this data folder have left running. Does nothing while one runs: it would start them again.</summary>
    /// <exception cref="StartupException">A daemon runs over this data folder.</exception>
    public static async Task StopAgentsAsync(DaemonConfig config, TimeProvider clock)
    {
        if (!Directory.Exists(config.DataFolder))
        {
            return;
        }

        await using var owned = new FolderLock(config.DataFolder);
        var stopped = await new OrphanedAgents(Path.Combine(config.DataFolder, "agents"), [], clock).StopAsync(CancellationToken.None);
        await Console.Out.WriteLineAsync($"{stopped.Count} stopped");
    }

    private static MeshIdentity LoadIdentity(IdentityFiles files)
    {
        try
        {
            var identity = MeshIdentity.Load(files);
            return identity.Id.Kind == SpiffeKind.Node
                ? identity
                : throw new StartupException($"'{files.Certificate}' is for {identity.Id}, which is no node");
        }
        catch (IdentityException wrong)
        {
            throw new StartupException(wrong.Message, inner: wrong);
        }
    }

    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(folder, Private);
        File.SetUnixFileMode(folder, Private);
    }
}
