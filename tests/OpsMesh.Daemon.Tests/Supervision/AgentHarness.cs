using Microsoft.Extensions.Logging.Abstractions;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.Daemon.Supervision;

/// <summary>A supervisor of shell programs in a folder of its own. Disposing it kills what still runs.</summary>
internal sealed class AgentHarness : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TestFolder _folder = new();
    private CancellationTokenSource _leaving = new();
    private Task _run = Task.CompletedTask;

    public AgentSupervisor Agent { get; private set; } = null!;

    public string Root => _folder.Root;

    public AgentRecord Record => Agent.Record;

    public static AgentSpec Shell(string script, params string[] arguments) => new()
    {
        Id = "test",
        Type = "shell",
        Command = "/bin/sh",
        Arguments = ["-c", script, "sh", .. arguments],
        StopGrace = TimeSpan.FromSeconds(1),
        Restart = RestartMode.Never,
    };

    /// <summary>Starts a supervisor over the folder, as a daemon does when it starts.</summary>
    public void Begin(AgentSpec spec, RestartOptions? restart = null)
    {
        _leaving = new CancellationTokenSource();
        var folder = new AgentFolder(_folder["agents"], spec.Id);
        var launcher = new Launcher(LaunchScript.Install(_folder.Root), TimeProvider.System);
        var life = new AgentLife(spec, folder, launcher, restart ?? new RestartOptions(), TimeProvider.System, NullLogger.Instance);
        Agent = new AgentSupervisor(spec, folder, life, TimeProvider.System, NullLogger<AgentSupervisor>.Instance);
        _run = Agent.RunAsync(_leaving.Token);
    }

    /// <summary>The daemon leaves: nothing more is done for the program.</summary>
    public async Task LeaveAsync()
    {
        await _leaving.CancelAsync();
        await _run;
        _leaving.Dispose();
    }

    public async Task<OperationResult> OperateAsync(AgentOperation operation, ulong generation = 0)
    {
        var outcome = await Agent.OperateAsync(
            new OperationOrder { Operation = operation, Generation = generation }, TestContext.Current.CancellationToken);
        Assert.True(outcome.Succeeded, outcome.Failure?.Message);
        return outcome.Value;
    }

    public Task<AgentRecord> UntilAsync(AgentStatus status) => UntilAsync(r => r.Status == status);

    public async Task<AgentRecord> UntilAsync(Func<AgentRecord, bool> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var due = new CancellationTokenSource(Limit, TimeProvider.System);
        var changed = new SemaphoreSlim(0);
        void Signal() => changed.Release();
        Agent.Changed += Signal;
        try
        {
            while (!holds(Record))
            {
                await changed.WaitAsync(due.Token);
            }

            return Record;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"It stayed {Record}.");
        }
        finally
        {
            Agent.Changed -= Signal;
        }
    }

    public string Output(ulong epoch, string stream = "out") => File.ReadAllText(Path.Combine(Agent.Folder.Logs, $"{stream}.{epoch}"));

    /// <summary>Waits until the program of this start has written the text.</summary>
    public async Task<string> UntilOutputAsync(ulong epoch, string text)
    {
        using var due = new CancellationTokenSource(Limit, TimeProvider.System);
        while (true)
        {
            var path = Path.Combine(Agent.Folder.Logs, $"out.{epoch}");
            if (File.Exists(path) && Output(epoch) is var output && output.Contains(text, StringComparison.Ordinal))
            {
                return output;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, due.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _run;
        await new OrphanedAgents(_folder["agents"], [], TimeProvider.System).StopAsync(CancellationToken.None);
        _leaving.Dispose();
        _folder.Dispose();
    }
}
