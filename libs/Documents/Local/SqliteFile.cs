using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace OpsMesh.DocumentStore.Local;

/// <summary>
/// One SQLite database with one writer thread: SQLite has one writer anyway, and its calls block. Readers open connections of their own
/// and see the last commit. WAL with synchronous=FULL: what was committed survives a power cut.
/// </summary>
public sealed class SqliteFile : IDisposable
{
    private readonly BlockingCollection<Action<SqliteConnection>> _work = new(boundedCapacity: 1024);
    private readonly string _connectionString;
    private readonly SqliteConnection _writer;
    private readonly Thread _thread;

    /// <param name="version">Of the schema; a file with a newer one is refused.</param>
    /// <param name="schema">Statements that make what is missing.</param>
    /// <exception cref="InvalidOperationException">The file was written by a newer version.</exception>
    public SqliteFile(string path, int version, string schema)
    {
        Path = path;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, DefaultTimeout = 10 }.ToString();
        _writer = Open();
        Prepare(_writer, version, schema);
        _thread = new Thread(Work) { IsBackground = true, Name = $"sqlite {System.IO.Path.GetFileName(path)}" };
        _thread.Start();
    }

    public string Path { get; }

    /// <summary>Runs <paramref name="work"/> in one transaction on the writer's thread; an exception rolls it back.</summary>
    /// <exception cref="SqliteException">Nothing was written.</exception>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(
            connection =>
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    done.TrySetCanceled(cancellationToken);
                    return;
                }

                try
                {
                    using var transaction = connection.BeginTransaction(deferred: false);
                    var result = work(connection);
                    transaction.Commit();
                    done.TrySetResult(result);
                }
#pragma warning disable CA1031 // The writer's thread must live; the caller gets the exception.
                catch (Exception ex)
#pragma warning restore CA1031
                {
                    done.TrySetException(ex);
                }
            },
            cancellationToken);
        return await done.Task;
    }

    /// <summary>A connection for reading; the caller disposes it, which returns it to the pool.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;";
        command.ExecuteNonQuery();
        return connection;
    }

    /// <summary>Finishes what was queued, then closes the file.</summary>
    public void Dispose()
    {
        if (_work.IsAddingCompleted)
        {
            return;
        }

        _work.CompleteAdding();
        _thread.Join();
        _writer.Dispose();
        _work.Dispose();
        SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
    }

    private static void Prepare(SqliteConnection connection, int version, string schema)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL;";
        command.ExecuteNonQuery();
        command.CommandText = "PRAGMA user_version;";
        var found = Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        if (found > version)
        {
            throw new InvalidOperationException($"'{connection.DataSource}' has schema {found}; this program knows up to {version}.");
        }

        using var transaction = connection.BeginTransaction(deferred: false);
        command.Transaction = transaction;
#pragma warning disable CA2100 // A constant of the calling assembly.
        command.CommandText = $"{schema}; PRAGMA user_version = {version};";
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        transaction.Commit();
    }

    private void Work()
    {
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work(_writer);
        }
    }
}
