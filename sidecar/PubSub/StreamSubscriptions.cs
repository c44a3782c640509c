using System.Collections.Immutable;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>The subscriptions of an application that live as long as a call of its own.</summary>
internal sealed class StreamSubscriptions
{
    private ImmutableList<AppSubscription> _subscriptions = [];

    public IReadOnlyList<AppSubscription> Subscriptions => _subscriptions;

    public void Add(AppSubscription subscription) => ImmutableInterlocked.Update(ref _subscriptions, list => list.Add(subscription));

    public void Remove(AppSubscription subscription) => ImmutableInterlocked.Update(ref _subscriptions, list => list.Remove(subscription));
}
