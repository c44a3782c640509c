using Microsoft.Extensions.Options;
using OpsMesh.AgentCommand.Ledger;
using OpsMesh.AgentCommand.Sessions;

namespace OpsMesh.AgentCommand.Delivery;

/// <summary>Runs the offers of this replica: at most one at a time per command, each for as long as its node's session lasts.</summary>
internal sealed partial class CommandDelivery(
    CommandOffer offer, IOptions<DeliveryOptions> options, TimeProvider clock, ILogger<CommandDelivery> logger) : IHostedService, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Work> _works = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Offers one command; it goes on in the background.</summary>
    public void Deliver(Session session, CommandDocument command) => _ = Offer(session, command);

    /// <summary>Offers what was open when the node came; each waits a moment until the node has the former, to keep their order.</summary>
    public void DeliverInOrder(Session session, IReadOnlyList<CommandDocument> commands)
    {
        if (commands.Count > 0)
        {
            Begin($"{session.NodeId}/{session.RouteEpoch}", () => InOrderAsync(session, commands));
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        Task[] running;
        lock (_gate)
        {
            running = [.. _works.Values.Select(work => work.Task)];
        }

        await Task.WhenAll(running).WaitAsync(cancellationToken);
    }

    public void Dispose() => _stopping.Dispose();

    /// <returns>Completes when the node has the command, or when it never will in this session.</returns>
    private Task Offer(Session session, CommandDocument command)
    {
        var received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Begin(command.CommandId, () => OfferAsync(session, command, received));
        return received.Task;
    }

    private async Task OfferAsync(Session session, CommandDocument command, TaskCompletionSource received)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(session.Ended, _stopping.Token);
        try
        {
            await offer.RunAsync(command, received, ended.Token);
            session.Acknowledge(command.CommandId);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            LogLeftOpen(command.CommandId, command.NodeId);
        }
        finally
        {
            received.TrySetResult();
        }
    }

    private async Task InOrderAsync(Session session, IReadOnlyList<CommandDocument> commands)
    {
        foreach (var command in commands.TakeWhile(_ => !session.Ended.IsCancellationRequested))
        {
            var received = Offer(session, command);
            await Task.WhenAny(received, Task.Delay(options.Value.ReceivedWithin, clock, session.Ended));
        }
    }

    /// <summary>Starts once the work of the same name, begun for an older session, is over.</summary>
    private void Begin(string name, Func<Task> run)
    {
        lock (_gate)
        {
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            var work = new Work();
            work.Task = RunAsync(name, work, _works.GetValueOrDefault(name)?.Task ?? Task.CompletedTask, run);
            _works[name] = work;
        }
    }

    private async Task RunAsync(string name, Work work, Task before, Func<Task> run)
    {
        // The caller holds the gate until the work stands in the table.
        await Task.Yield();
        await before;
        try
        {
            await run();
        }
#pragma warning disable CA1031 // One command's bug must not end the delivery of the others; the command stays open and is offered again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(e, name);
        }

        lock (_gate)
        {
            if (_works.GetValueOrDefault(name) == work)
            {
                _works.Remove(name);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "The session of node {NodeId} ended before command {CommandId} did; it is offered again in the next one")]
    private partial void LogLeftOpen(string commandId, string nodeId);

    [LoggerMessage(LogLevel.Error, "Delivery of {Work} failed")]
    private partial void LogFailed(Exception exception, string work);

    private sealed class Work
    {
        public Task Task { get; set; } = Task.CompletedTask;
    }
}
