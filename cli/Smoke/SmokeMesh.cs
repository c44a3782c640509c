using System.Diagnostics;
using System.Globalization;
using OpsMesh.Cli.Local;
using OpsMesh.Cli.Topology;

namespace OpsMesh.Cli.Smoke;

/// <summary>A mesh that `opsmesh up` itself runs, in a process of its own, for the time of a smoke.</summary>
internal sealed class SmokeMesh : IDisposable
{
    private static readonly TimeSpan UpLimit = TimeSpan.FromSeconds(120);

    private readonly Process _up;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(40) };
    private readonly string _log;

    private SmokeMesh(MeshLayout layout, int portBase, Process up, string log)
    {
        (Layout, PortBase, _up, _log) = (layout, portBase, up, log);
        NodeIds = new NodeIds(layout, TimeProvider.System);
    }

    public MeshLayout Layout { get; }

    public int PortBase { get; }

    public NodeIds NodeIds { get; private set; }

    public HttpClient Http => _http;

    public MeshClient Client { get; private set; } = null!;

    public bool HasExited => _up.HasExited;

    public int Pid => _up.Id;

    /// <summary>A block of ports on which a whole mesh finds room.</summary>
    public static PortBlock ClaimPorts() => PortBlock.Claim(portBase => TyeReader.Read(Repository.Topology, portBase).Services.SelectMany(s => s.AllPorts).All(PortCheck.IsFree));

    public static SmokeMesh Start(string folder, int portBase, params IEnumerable<string> more) => Start(folder, portBase, programs: null, more);

    /// <param name="programs">A folder that PATH begins with; null: none more.</param>
    /// <param name="more">Further arguments of `up`.</param>
    public static SmokeMesh Start(string folder, int portBase, string? programs, IEnumerable<string> more)
    {
        var layout = MeshLayout.At(Path.Combine(folder, "mesh"));
        var log = Path.Combine(folder, "up.log");
        var start = new ProcessStartInfo("bash") { UseShellExecute = false };
        string[] up = ["up", "--port-base", portBase.ToString(CultureInfo.InvariantCulture), "--data", layout.Root, "--metrics-interval", "1s", "--respawn", .. more];
        // What a shell starts in the background ignores Ctrl-C, and hands that down.
        foreach (var argument in (string[])["-c", "exec env --default-signal=INT setsid \"$@\" >\"$0\" 2>&1 </dev/null", log, DotnetHost.Path, Repository.Assembly("OpsMesh.Cli"), .. up])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[Repository.RootVariable] = Repository.Root;
        start.Environment["PATH"] = programs is null ? start.Environment["PATH"] : $"{programs}:{start.Environment["PATH"]}";
        return new SmokeMesh(layout, portBase, Process.Start(start) ?? throw new InvalidOperationException("No process came of the start."), log);
    }

    /// <summary>Waits until `up` has printed its table.</summary>
    public async Task WaitUntilUpAsync(Poll poll, TimeSpan? limit = null)
    {
        await poll.UntilAsync(() => Task.FromResult(HasExited || Log().Contains("\nConsole: ", StringComparison.Ordinal) ? "" : $"`up` is still starting:\n{Log()}"), limit ?? UpLimit);
        if (HasExited)
        {
            throw new SmokeException($"`up` ended with exit code {_up.ExitCode}:\n{Log()}");
        }

        var console = ConsoleFile.Read(Layout) ?? throw new SmokeException($"{Layout.ConsoleFile} is missing.");
        Client = new MeshClient(_http, console.Url, console.Token);
        NodeIds = new NodeIds(Layout, TimeProvider.System);
    }

    /// <summary>What a process of the mesh wrote into its run file.</summary>
    public RunRecord Record(string process) => RunRecord.Read(Layout.RunFile(process)) ?? throw new SmokeException($"{Layout.RunFile(process)} is missing.");

    /// <returns>The exit code of `up`.</returns>
    public async Task<int> StopAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        Posix.Signal(_up.Id, Posix.Term);
        return await WaitForEndAsync(limit, cancellationToken);
    }

    /// <returns>The exit code of `up`.</returns>
    public async Task<int> WaitForEndAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var due = new CancellationTokenSource(limit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        await _up.WaitForExitAsync(either.Token);
        return _up.ExitCode;
    }

    /// <summary>Whatever happened, nothing of this mesh stays behind.</summary>
    public async Task EnsureGoneAsync()
    {
        if (!_up.HasExited)
        {
            try
            {
                await StopAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                _up.Kill();
            }
        }

        await Leftovers.StopAsync(Layout, TimeProvider.System, CancellationToken.None);
    }

    public string Log() => File.Exists(_log) ? File.ReadAllText(_log) : "";

    public void Dispose()
    {
        _http.Dispose();
        _up.Dispose();
    }
}
