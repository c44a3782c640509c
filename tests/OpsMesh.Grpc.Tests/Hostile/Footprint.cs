namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>What this process holds: connections of the server under test, open handles by kind, managed memory.</summary>
internal sealed record Footprint(int Connections, IReadOnlyList<string> Handles, long ManagedBytes)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static Footprint Of(EchoServer server) => Of(() => server.Connections);

    public static Footprint Of(Func<int> connections)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return new(connections(), OpenHandles(), GC.GetTotalMemory(forceFullCollection: false));
    }

    public Task<Footprint> AssertIsBackAsync(EchoServer server, long toleratedBytes, CancellationToken cancellationToken) =>
        AssertIsBackAsync(() => server.Connections, toleratedBytes, cancellationToken);

    /// <summary>Waits until no more is held than at this point, but for some memory: pools keep what they once needed.</summary>
    public async Task<Footprint> AssertIsBackAsync(Func<int> connections, long toleratedBytes, CancellationToken cancellationToken)
    {
        using var due = new CancellationTokenSource(Limit, TimeProvider.System);
        while (true)
        {
            var now = Of(connections);
            if (now.Connections <= Connections && now.Handles.Count <= Handles.Count && now.ManagedBytes <= ManagedBytes + toleratedBytes)
            {
                return now;
            }

            Assert.False(due.IsCancellationRequested, $"started with {this}, now {now}; new: {string.Join(' ', now.Handles.Except(Handles))}");
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    public override string ToString() => $"{Connections} connections, {Handles.Count} handles, {ManagedBytes / 1024} KiB managed";

    private static List<string> OpenHandles()
    {
        var handles = new List<string>();
        foreach (var link in new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos())
        {
            // One that closed meanwhile has no target; the runtime opens assemblies when it first needs them.
            if (link.LinkTarget is { } target && !target.EndsWith(".dll", StringComparison.Ordinal) && !target.EndsWith(".pdb", StringComparison.Ordinal))
            {
                handles.Add(target);
            }
        }

        return handles;
    }
}
