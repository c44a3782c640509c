using OpsMesh.Sidecar.Configurations;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Locks;
using OpsMesh.Sidecar.Misbehaviour;
using OpsMesh.Sidecar.Peers;
using OpsMesh.Sidecar.PubSub;
using OpsMesh.Sidecar.Resilience;
using OpsMesh.Sidecar.Resources;
using OpsMesh.Sidecar.Secrets;
using OpsMesh.Sidecar.State;

namespace OpsMesh.Sidecar.Apps;

/// <summary>Every application that this process serves, and the components they share.</summary>
internal sealed class Mesh : IAsyncDisposable
{
    private readonly Dictionary<string, AppSidecar> _apps;
    private readonly IReadOnlyList<StateComponent> _stores;
    private readonly IReadOnlyList<PubSubComponent> _brokers;
    private readonly IReadOnlyList<IAsyncDisposable> _others;

    private Mesh(
        ResourceSet resources,
        IReadOnlyList<StateComponent> stores,
        IReadOnlyList<PubSubComponent> brokers,
        IReadOnlyList<IAsyncDisposable> others,
        PeerDirectory? peers,
        IEnumerable<AppSidecar> apps)
    {
        Peers = peers;
        _others = others;
        Resources = resources;
        _stores = stores;
        _brokers = brokers;
        _apps = apps.ToDictionary(a => a.Plan.AppId, StringComparer.Ordinal);
    }

    public ResourceSet Resources { get; }

    /// <summary>Null: all of the mesh is in this process.</summary>
    public PeerDirectory? Peers { get; }

    public IReadOnlyCollection<AppSidecar> Apps => _apps.Values;

    /// <summary>After its end: some application took too long to finish what it had in hand.</summary>
    public bool WasCutShort => _brokers.Any(b => b.Broker.HasGivenUp);

    /// <exception cref="PlanException">A resource cannot be used.</exception>
    public static Mesh Start(SidecarPlan plan, TimeProvider clock, ILoggerFactory logs)
    {
        var resources = ResourceLoader.Load(plan.ResourcesPaths, new ComponentValues(plan.DataFolder, plan.Environment.GetValueOrDefault));
        ComponentStart.Warn(resources, logs);
        List<StateComponent> stores = [];
        List<PubSubComponent> brokers = [];
        List<SecretComponent> secrets = [];
        List<LockComponent> locks = [];
        List<ConfigurationComponent> configurations = [];
        var peers = plan.Apps.Select(a => a.Configuration.Names).FirstOrDefault(n => n is not null) is { } names ? new PeerDirectory(PeerTable.Open(names, clock), clock) : null;
        var misbehaviour = plan.MisbehaviourFile is { } file ? new MisbehaviourFile(file, logs.CreateLogger<MisbehaviourFile>()) : null;
        foreach (var component in resources.Components)
        {
            ComponentStart.Run(component, logs, () => Add(component));
        }

        var apps = plan.Apps.Select(app =>
        {
            var policies = new Policies(resources.Resiliency, app.AppId, clock);
            return new AppSidecar(
                app,
                new StateBlock(
                    app, stores.Where(s => s.Component.IsVisibleTo(app.AppId)).ToDictionary(s => s.Component.Name, StringComparer.Ordinal), policies),
                new PubSubBlock(
                    app, brokers.Where(b => b.Component.IsVisibleTo(app.AppId)).ToDictionary(b => b.Component.Name, StringComparer.Ordinal), policies, clock),
                new SecretBlock(
                    secrets.Where(s => s.Component.IsVisibleTo(app.AppId)).ToDictionary(s => s.Component.Name, StringComparer.Ordinal),
                    app.Configuration.SecretScopes.ToDictionary(s => s.Store, StringComparer.Ordinal)),
                new LockBlock(app, locks.Where(l => l.Component.IsVisibleTo(app.AppId)).ToDictionary(l => l.Component.Name, StringComparer.Ordinal)),
                new ConfigurationBlock(configurations.Where(c => c.Component.IsVisibleTo(app.AppId)).ToDictionary(c => c.Component.Name, StringComparer.Ordinal)),
                policies,
                resources.Endpoints.Where(e => e.IsVisibleTo(app.AppId)).DistinctBy(e => e.Name).ToDictionary(e => e.Name, StringComparer.Ordinal),
                app.AppPort is { } port ? new AppChannel(app, port) : null);
        });
        return new Mesh(resources, stores, brokers, [.. locks.Select(l => l.Store), .. configurations.Select(c => c.Store)], peers, apps);

        void Add(Component component)
        {
            switch (component.Type.Split('.')[0])
            {
                case "state":
                    var store = StateComponent.Start(component, clock);
                    stores.Add(misbehaviour is null ? store : store with { Store = new MisbehavingStore(store.Store, component.Name, misbehaviour, clock) });
                    break;
                case "pubsub":
                    var broker = PubSubComponent.Start(component, clock, logs);
                    brokers.Add(misbehaviour is null ? broker : broker with { Broker = new MisbehavingBroker(broker.Broker, component.Name, misbehaviour, clock) });
                    break;
                case "secretstores":
                    secrets.Add(SecretComponent.Start(component, plan.Environment));
                    break;
                case "lock":
                    locks.Add(LockComponent.Start(component));
                    break;
                case "configuration":
                    configurations.Add(ConfigurationComponent.Start(component));
                    break;
                default:
                    throw new PlanException($"{component.Place}: spec.type: this sidecar has no component type '{component.Type}'");
            }
        }
    }

    /// <returns>Null when no application of this mesh has the id. <c>id.namespace</c> finds <c>id</c>.</returns>
    public AppSidecar? Find(string appId) =>
        FindExactly(appId) ?? (appId.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? FindExactly(appId[..dot]) : null);

    public async ValueTask DisposeAsync()
    {
        foreach (var broker in _brokers)
        {
            await broker.Broker.DisposeAsync();
        }

        foreach (var app in _apps.Values)
        {
            await app.DisposeAsync();
        }

        foreach (var store in _stores)
        {
            await store.Store.DisposeAsync();
        }

        foreach (var other in _others)
        {
            await other.DisposeAsync();
        }

        if (Peers is not null)
        {
            await Peers.DisposeAsync();
        }
    }

    private AppSidecar? FindExactly(string appId) => _apps.GetValueOrDefault(appId) ?? Peers?.Find(appId);
}
