using System.Collections.Concurrent;

namespace OpsMesh.AgentCommand.Ledger;

/// <summary>Lets a call wait for the end of a command. Announced after the commit, so what a waiter sees is durable.</summary>
internal sealed class CommandEnds
{
    private readonly ConcurrentDictionary<string, Shared> _waited = new(StringComparer.Ordinal);

    /// <summary>Begin to watch before the end can come; dispose when done.</summary>
    public Watch WatchFor(string commandId)
    {
        while (true)
        {
            var shared = _waited.GetOrAdd(commandId, _ => new Shared());
            lock (shared)
            {
                if (shared.Watchers >= 0)
                {
                    shared.Watchers++;
                    return new Watch(this, commandId, shared);
                }
            }
        }
    }

    /// <summary>Tells those who wait; does nothing for a command that is not final.</summary>
    public void Announce(CommandDocument command)
    {
        if (command.IsFinal && _waited.TryGetValue(command.CommandId, out var shared))
        {
            shared.End.TrySetResult(command);
        }
    }

    internal sealed class Watch(CommandEnds ends, string commandId, Shared shared) : IDisposable
    {
        public Task<CommandDocument> Ended => shared.End.Task;

        public void Dispose()
        {
            lock (shared)
            {
                if (--shared.Watchers == 0)
                {
                    // Nobody may join an entry that leaves the table.
                    shared.Watchers = -1;
                    ends._waited.TryRemove(commandId, out _);
                }
            }
        }
    }

    internal sealed class Shared
    {
        public TaskCompletionSource<CommandDocument> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Watchers { get; set; }
    }
}
