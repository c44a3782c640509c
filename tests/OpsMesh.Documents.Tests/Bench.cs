using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpsMesh.DocumentStore.Local;
using OpsMesh.DocumentStore.Outbox;
using OpsMesh.DocumentStore.Replicas;
using OpsMesh.DocumentStore.Store;
using OpsMesh.Hosting;

namespace OpsMesh.DocumentStore;

/// <summary>One replica with all its parts, on a store that the test gives, and real SQLite. Starts what the test asks for.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly string _folder = Directory.CreateTempSubdirectory("opsmesh-documents-").FullName;

    public Bench(IStateStore store, TimeProvider? clock = null, DocumentsOptions? options = null)
    {
        State = store;
        var time = clock ?? TimeProvider.System;
        var wrapped = Options.Create(options ?? new DocumentsOptions { FollowPoll = TimeSpan.FromMilliseconds(50) });
        var dependencies = new Dependencies(_meters.GetRequiredService<IMeterFactory>());
        Identity = new ReplicaIdentity("test", time);
        Slots = new SlotPool(wrapped, time);
        var runtime = new DocumentsRuntime(Slots, new RelayQueue());
        Local = new ServiceStore(Path.Combine(_folder, "test.db"));
        var wakes = new Wakes();
        Lease = new ReplicaLease(store, Identity, dependencies, wrapped, time, NullLogger<ReplicaLease>.Instance);
        Relay = new Relay(runtime, new RelayWriter(Local), store, Identity, wakes, dependencies, wrapped, time, NullLogger<Relay>.Instance);
        Publisher = new Publisher(Local, Broker, wakes, dependencies, time, NullLogger<Publisher>.Instance);
        Sweeper = new SlotSweeper(runtime, store, Identity, time, NullLogger<SlotSweeper>.Instance);
        Adoption = new Adoption(store, Identity, Lease, Relay, wrapped, time, NullLogger<Adoption>.Instance);
        Projection = new Projection(Local, wakes, wrapped, time);
        Documents = new Documents(store, Lease, Identity, runtime, wrapped, time, NullLogger<Documents>.Instance);
    }

    public IStateStore State { get; }

    public ReplicaIdentity Identity { get; }

    public SlotPool Slots { get; }

    public ServiceStore Local { get; }

    public RecordingBroker Broker { get; } = new();

    public ReplicaLease Lease { get; }

    public Relay Relay { get; }

    public Publisher Publisher { get; }

    public SlotSweeper Sweeper { get; }

    public Adoption Adoption { get; }

    public Projection Projection { get; }

    public Documents Documents { get; }

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public async Task<Bench> JoinAsync()
    {
        await Lease.StartAsync(TestEnd);
        await Lease.JoinedAsync(TestEnd);
        return this;
    }

    public async Task<Bench> RunAsync()
    {
        await JoinAsync();
        await Relay.StartAsync(TestEnd);
        await Publisher.StartAsync(TestEnd);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await Relay.StopAsync(CancellationToken.None);
        await Publisher.StopAsync(CancellationToken.None);
        await Lease.StopAsync(CancellationToken.None);
        Relay.Dispose();
        Publisher.Dispose();
        Lease.Dispose();
        Sweeper.Dispose();
        Adoption.Dispose();
        Local.Dispose();
        await _meters.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
