using System.Collections.Concurrent;
using OpsMesh.Sidecar.PubSub;

namespace OpsMesh.Sidecar.Misbehaviour;

/// <summary>A broker whose publishing goes wrong as the rules say. What is delivered is up to the broker inside.</summary>
internal sealed class MisbehavingBroker(IBroker inner, string component, MisbehaviourFile rules, TimeProvider clock) : IBroker
{
    private readonly ConcurrentDictionary<string, HeldBack> _held = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Capabilities => inner.Capabilities;

    public bool HasGivenUp => inner.HasGivenUp;

    public async Task PublishAsync(BrokerMessage message, CancellationToken cancellationToken)
    {
        var rule = rules.Next(component, Deed.Publish);
        switch (rule?.Do)
        {
            case Misdeed.Error:
                throw new BrokerException("this sidecar misbehaves: error");
            case Misdeed.DropAfterAck:
                return;
            case Misdeed.Reorder when HoldBack(message, rule.Delay):
                return;
            case Misdeed.Delay:
                await Task.Delay(rule.Delay, clock, cancellationToken);
                break;
            case Misdeed.Duplicate:
                await inner.PublishAsync(message, cancellationToken);
                break;
        }

        await inner.PublishAsync(message, cancellationToken);
        if (rule?.Do == Misdeed.Die)
        {
            SuddenDeath.Die();
        }

        if (_held.TryRemove(message.Topic, out var before))
        {
            await before.ReleaseAsync(inner);
        }
    }

    public Task<IDisposable> SubscribeAsync(string topic, string appId, Func<BrokerMessage, CancellationToken, Task> handle, CancellationToken cancellationToken) =>
        inner.SubscribeAsync(topic, appId, handle, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var held in _held.Values)
        {
            await held.ReleaseAsync(inner);
        }

        await inner.DisposeAsync();
    }

    /// <returns>False: one of the topic is held back already.</returns>
    private bool HoldBack(BrokerMessage message, TimeSpan longest)
    {
        var held = new HeldBack(message);
        if (!_held.TryAdd(message.Topic, held))
        {
            return false;
        }

        held.Timer = clock.CreateTimer(_ => Release(held), null, longest, Timeout.InfiniteTimeSpan);
        return true;
    }

    private void Release(HeldBack held)
    {
        if (_held.TryRemove(KeyValuePair.Create(held.Message.Topic, held)))
        {
            held.Releasing = held.ReleaseAsync(inner);
        }
    }

    private sealed class HeldBack(BrokerMessage message)
    {
        public BrokerMessage Message => message;

        public ITimer? Timer { get; set; }

        public Task Releasing { get; set; } = Task.CompletedTask;

        public async Task ReleaseAsync(IBroker inner)
        {
            if (Timer is not null)
            {
                await Timer.DisposeAsync();
            }

            await inner.PublishAsync(message, CancellationToken.None);
        }
    }
}
