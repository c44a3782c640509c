using System.Collections.Concurrent;
using OpsMesh.Sidecar.Configurations;
using OpsMesh.Sidecar.Endpoints;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Locks;
using OpsMesh.Sidecar.PubSub;
using OpsMesh.Sidecar.Resilience;
using OpsMesh.Sidecar.Secrets;
using OpsMesh.Sidecar.State;

namespace OpsMesh.Sidecar.Apps;

/// <summary>The sidecar of one application: its building blocks and the way to the application itself.</summary>
internal sealed class AppSidecar(
    AppPlan plan,
    StateBlock state,
    PubSubBlock pubSub,
    SecretBlock secrets,
    LockBlock locks,
    ConfigurationBlock configurations,
    Policies policies,
    IReadOnlyDictionary<string, HttpEndpointResource> endpoints,
    AppChannel? channel) : IAsyncDisposable
{
    private readonly ConcurrentBag<IDisposable> _running = [];
    private readonly ConcurrentBag<Task> _work = [];

    /// <summary>One that another process serves: nothing but its name, and the way to its sidecar.</summary>
    /// <param name="port">Null: it only calls.</param>
    public static AppSidecar Elsewhere(AppPlan plan, int? port, TimeProvider clock)
    {
        var policies = new Policies([], plan.AppId, clock);
        return new AppSidecar(
            plan,
            new StateBlock(plan, new Dictionary<string, StateComponent>(), policies),
            new PubSubBlock(plan, new Dictionary<string, PubSubComponent>(), policies, clock),
            new SecretBlock(new Dictionary<string, SecretComponent>(), new Dictionary<string, SecretScope>()),
            new LockBlock(plan, new Dictionary<string, LockComponent>()),
            new ConfigurationBlock(new Dictionary<string, ConfigurationComponent>()),
            policies,
            new Dictionary<string, HttpEndpointResource>(),
            port is { } known ? new AppChannel(plan, known) : null);
    }

    public AppPlan Plan => plan;

    public StateBlock State => state;

    public PubSubBlock PubSub => pubSub;

    public SecretBlock Secrets => secrets;

    public LockBlock Locks => locks;

    public ConfigurationBlock Configurations => configurations;

    public Policies Policies => policies;

    /// <summary>Servers outside of the mesh that the application may invoke, by name.</summary>
    public IReadOnlyDictionary<string, HttpEndpointResource> Endpoints => endpoints;

    public StreamSubscriptions Streams { get; } = new();

    /// <summary>Null: the application has no port, so nothing can be sent to it.</summary>
    public AppChannel? Channel => channel;

    /// <summary>What the application wrote through the metadata API.</summary>
    public ConcurrentDictionary<string, string> Extended { get; } = new(StringComparer.Ordinal);

    /// <summary>Set once the subscriptions are known; never changed after.</summary>
    public IReadOnlyList<AppSubscription> Subscriptions { get; set; } = [];

    /// <summary>The application's port answered and its subscriptions are running.</summary>
    public bool IsReady { get; set; }

    /// <summary>False while the probes of the application fail; without probes always true.</summary>
    public bool IsHealthy { get; set; } = plan.Health is null;

    /// <summary>The application asked its sidecar to stop.</summary>
    public bool IsShutDown { get; private set; }

    /// <summary>Keeps a running subscription until <see cref="ShutDown"/>.</summary>
    public void Hold(IDisposable subscription)
    {
        _running.Add(subscription);
        if (IsShutDown)
        {
            ShutDown();
        }
    }

    /// <summary>Keeps work that may outlive the start of the application; it ends by itself or with the process.</summary>
    public void Watch(Task work) => _work.Add(work);

    /// <summary>In a mesh of several applications the ports stay open: the process serves the others too.</summary>
    public void ShutDown()
    {
        IsShutDown = true;
        IsReady = false;
        EndSubscriptions();
    }

    /// <summary>Nothing more is delivered; what is published meanwhile waits in the broker, or is lost with one that keeps nothing.</summary>
    public void EndSubscriptions()
    {
        while (_running.TryTake(out var subscription))
        {
            subscription.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var work in _work)
        {
            await work.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        if (channel is not null)
        {
            await channel.DisposeAsync();
        }
    }
}
