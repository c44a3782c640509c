using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace OpsMesh.Sidecar.State;

/// <summary>
/// The one thread that writes to a file. It takes everything that waits into one commit, because each commit waits for the disk;
/// a change that fails is rolled back to its savepoint and does not disturb its neighbours. Callers wait when its queue is full.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int QueueLength = 4_096;
    private const int MostPerCommit = 256;
    private const int Busy = 5;

    private readonly Channel<Change> _queue = Channel.CreateBounded<Change>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly SqliteConnection _connection;
    private readonly Task _loop;

    public SqliteWriter(SqliteConnection connection)
    {
        _connection = connection;
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Returns when the change is on the disk.</summary>
    /// <exception cref="StateStoreException">What <paramref name="apply"/> refused, or the file.</exception>
    public async Task ChangeAsync(Action<SqliteConnection> apply, CancellationToken cancellationToken)
    {
        var change = new Change(apply);
        await _queue.Writer.WriteAsync(change, cancellationToken);

        // From here on it will be written: to stop waiting would tell the caller nothing true.
        await change.Done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        await _connection.DisposeAsync();
    }

    private void Run()
    {
        List<Change> batch = [];
        // The thread is this writer's own, so it may block.
#pragma warning disable VSTHRD002
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
#pragma warning restore VSTHRD002
        {
            while (batch.Count < MostPerCommit && _queue.Reader.TryRead(out var change))
            {
                batch.Add(change);
            }

            Commit(batch);
            batch.Clear();
        }
    }

    private void Commit(List<Change> batch)
    {
        Dictionary<Change, StateStoreException> refused = [];
        try
        {
            Execute("BEGIN IMMEDIATE");
            foreach (var change in batch)
            {
                if (Apply(change) is { } refusal)
                {
                    refused[change] = refusal;
                }
            }

            Execute("COMMIT");
        }
        catch (SqliteException e)
        {
            RollBack();
            foreach (var change in batch)
            {
                change.Done.TrySetException(new StateStoreException(e.SqliteErrorCode == Busy ? "database is locked (5) (SQLITE_BUSY)" : $"{e.Message} ({e.SqliteErrorCode})"));
            }

            return;
        }

        // Refusals too are told only now: who is refused reads again, and must find the neighbour's change that was in the way.
        foreach (var change in batch)
        {
            if (refused.TryGetValue(change, out var refusal))
            {
                change.Done.TrySetException(refusal);
            }
            else
            {
                change.Done.TrySetResult();
            }
        }
    }

    /// <returns>Null when the change is applied; else why it is not.</returns>
    private StateStoreException? Apply(Change change)
    {
        Execute("SAVEPOINT change");
        try
        {
            change.Apply(_connection);
            Execute("RELEASE change");
            return null;
        }
        catch (StateStoreException e)
        {
            Execute("ROLLBACK TO change; RELEASE change");
            return e;
        }
    }

    private void RollBack()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // BEGIN itself failed: there is nothing to roll back.
        }
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constant statements of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private sealed class Change(Action<SqliteConnection> apply)
    {
        public Action<SqliteConnection> Apply { get; } = apply;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
