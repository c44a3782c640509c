using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace OpsMesh.Sidecar.State;

/// <summary>
/// state.sqlite: rows as daprd stores them, so that either reads what the other wrote. Readers have connections of their own and
/// never wait for the writer (write-ahead log); a write is acknowledged once it is on the disk.
/// </summary>
internal sealed class SqliteStateStore : IStateStore
{
    // daprd writes whole seconds, so that a key with a second to live may go at once. As text the two forms compare rightly.
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.fff";

    private readonly ConcurrentBag<SqliteConnection> _readers = [];
    private readonly SqliteOptions _options;
    private readonly TimeProvider _clock;
    private readonly SqliteWriter _writer;
    private readonly ITimer? _cleanup;

    private SqliteStateStore(SqliteOptions options, TimeProvider clock, SqliteConnection connection)
    {
        _options = options;
        _clock = clock;
        _writer = new SqliteWriter(connection);
        _cleanup = options.CleanupInterval is { } period ? clock.CreateTimer(_ => DeleteExpired(), state: null, period, period) : null;
    }

    public IReadOnlyList<string> Capabilities { get; } = ["ETAG", "TRANSACTIONAL", "TTL", "KEYS_LIKE", "ACTOR"];

    /// <exception cref="SqliteException">The file cannot be opened or is none of SQLite's.</exception>
    public static SqliteStateStore Open(SqliteOptions options, TimeProvider clock)
    {
        SQLitePCL.Batteries_V2.Init();
        if (Path.GetDirectoryName(Path.GetFullPath(options.Path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        var connection = Connect(options, SqliteOpenMode.ReadWriteCreate);
        Execute(connection, "PRAGMA journal_mode=WAL");
        Execute(connection, "PRAGMA synchronous=FULL");
        Execute(connection, $"""
            CREATE TABLE IF NOT EXISTS {options.MetadataTable} (key text NOT NULL PRIMARY KEY, value text NOT NULL);
            CREATE TABLE IF NOT EXISTS {options.Table} (
                key TEXT NOT NULL PRIMARY KEY,
                value TEXT NOT NULL,
                is_binary BOOLEAN NOT NULL,
                etag TEXT NOT NULL,
                expiration_time TIMESTAMP DEFAULT NULL,
                update_time TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
            );
            INSERT OR IGNORE INTO {options.MetadataTable} VALUES ('migrations', '1');
            """);
        return new SqliteStateStore(options, clock, connection);
    }

    // SQLite has no asynchronous reads: the driver's are these, wrapped.
    public ValueTask<StoredState?> GetAsync(string key, CancellationToken cancellationToken) => ValueTask.FromResult(Get(key));

    public Task ApplyAsync(StateOperation operation, CancellationToken cancellationToken) => TransactAsync([operation], cancellationToken);

    public Task TransactAsync(IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken)
    {
        var expiries = operations.Select(Expiry).ToArray();
        return _writer.ChangeAsync(Apply, cancellationToken);

        void Apply(SqliteConnection connection)
        {
            for (var i = 0; i < operations.Count; i++)
            {
                ApplyOne(connection, operations[i], expiries[i]);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cleanup is not null)
        {
            await _cleanup.DisposeAsync();
        }

        await _writer.DisposeAsync();
        while (_readers.TryTake(out var reader))
        {
            await reader.DisposeAsync();
        }
    }

    private StoredState? Get(string key)
    {
        var connection = _readers.TryTake(out var pooled) ? pooled : Connect(_options, SqliteOpenMode.ReadWrite);
        try
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The table's name was checked when the component was read.
            command.CommandText =
                $"SELECT value, is_binary, etag, expiration_time FROM {_options.Table} WHERE key = $key AND (expiration_time IS NULL OR expiration_time > $now)";
#pragma warning restore CA2100
            command.Parameters.AddWithValue("$key", key);
            command.Parameters.AddWithValue("$now", Now());
            using var reader = command.ExecuteReader();
            return reader.Read() ? ReadRow(reader) : null;
        }
        catch (SqliteException e)
        {
            throw new StateStoreException(e.Message);
        }
        finally
        {
            _readers.Add(connection);
        }
    }

    private void ApplyOne(SqliteConnection connection, StateOperation operation, string? expiry)
    {
        using var command = connection.CreateCommand();
        var table = _options.Table;
        const string Live = "(expiration_time IS NULL OR expiration_time > $now)";
        const string Values = "($key, $value, $binary, $newTag, $expiry, $now)";
#pragma warning disable CA2100 // The table's name was checked when the component was read.
        command.CommandText = operation switch
        {
            { IsDelete: true, ETag: null } => $"DELETE FROM {table} WHERE key = $key",
            { IsDelete: true } => $"DELETE FROM {table} WHERE key = $key AND etag = $tag AND {Live}",
            { ETag: not null } =>
                $"UPDATE {table} SET value = $value, is_binary = $binary, etag = $newTag, expiration_time = $expiry, update_time = $now WHERE key = $key AND etag = $tag AND {Live}",
            { IsFirstWrite: true } =>
                $"INSERT INTO {table} (key, value, is_binary, etag, expiration_time, update_time) VALUES {Values} ON CONFLICT (key) DO UPDATE SET value = $value, is_binary = $binary, etag = $newTag, expiration_time = $expiry, update_time = $now WHERE expiration_time IS NOT NULL AND expiration_time <= $now",
            _ => $"INSERT OR REPLACE INTO {table} (key, value, is_binary, etag, expiration_time, update_time) VALUES {Values}",
        };
#pragma warning restore CA2100
        Bind(command, operation, expiry);
        if (command.ExecuteNonQuery() == 0 && (operation.ETag is not null || (operation.IsFirstWrite && !operation.IsDelete)))
        {
            throw StateStoreException.Mismatch();
        }
    }

    private void Bind(SqliteCommand command, StateOperation operation, string? expiry)
    {
        command.Parameters.AddWithValue("$key", operation.Key);
        command.Parameters.AddWithValue("$now", Now());
        if (operation.ETag is { } tag)
        {
            command.Parameters.AddWithValue("$tag", tag);
        }

        if (!operation.IsDelete)
        {
            var text = operation.IsText ? Encoding.UTF8.GetString(operation.Value.Span) : Convert.ToBase64String(operation.Value.Span);
            command.Parameters.AddWithValue("$value", text);
            command.Parameters.AddWithValue("$binary", operation.IsText ? 0 : 1);
            command.Parameters.AddWithValue("$newTag", Guid.NewGuid().ToString("D"));
            command.Parameters.AddWithValue("$expiry", (object?)expiry ?? DBNull.Value);
        }
    }

    private string? Expiry(StateOperation operation) =>
        StateTtl.Seconds(operation) is { } seconds ? _clock.GetUtcNow().AddSeconds(seconds).ToString(TimeFormat, CultureInfo.InvariantCulture) : null;

    private void DeleteExpired()
    {
        // Not awaited: the next period tries again, and reads hide expired rows anyway.
        _ = _writer.ChangeAsync(
            connection =>
            {
                using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The table's name was checked when the component was read.
                command.CommandText = $"DELETE FROM {_options.Table} WHERE expiration_time IS NOT NULL AND expiration_time <= $now";
#pragma warning restore CA2100
                command.Parameters.AddWithValue("$now", Now());
                command.ExecuteNonQuery();
            },
            CancellationToken.None);
    }

    private string Now() => _clock.GetUtcNow().ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static StoredState ReadRow(SqliteDataReader reader)
    {
        var text = reader.GetString(0);
        var value = reader.GetBoolean(1) ? Convert.FromBase64String(text) : Encoding.UTF8.GetBytes(text);
        DateTimeOffset? expiry = reader.IsDBNull(3)
            ? null
            : DateTimeOffset.Parse(reader.GetString(3), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return new StoredState(value, reader.GetString(2), expiry);
    }

    private static SqliteConnection Connect(SqliteOptions options, SqliteOpenMode mode)
    {
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = options.Path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)options.BusyTimeout.TotalSeconds),
        };
        var connection = new SqliteConnection(text.ToString());
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of tables were checked when the component was read.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
