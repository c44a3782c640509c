using Npgsql;
using NpgsqlTypes;

namespace OpsMesh.Sidecar.State;

/// <summary>state.postgresql v2: rows as daprd stores them, so that either reads what the other wrote.</summary>
#pragma warning disable CA2100 // The names of the tables were checked when the component was read.
internal sealed class PostgresStateStore : IStateStore
{
    private const string Live = "(expires_at IS NULL OR expires_at >= now())";
    private const string Version = "2";

    private readonly PostgresOptions _options;
    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _clock;
    private readonly ITimer? _cleanup;
    private readonly string _table;

    private PostgresStateStore(PostgresOptions options, NpgsqlDataSource source, TimeProvider clock)
    {
        _options = options;
        _source = source;
        _clock = clock;
        _table = options.TablePrefix + "state";
        _cleanup = options.CleanupInterval is { } period ? clock.CreateTimer(_ => DeleteExpired(), state: null, period, period) : null;
    }

    public IReadOnlyList<string> Capabilities { get; } = ["ETAG", "TRANSACTIONAL", "TTL", "KEYS_LIKE", "ACTOR"];

    public bool ChecksDeleteOptions => false;

    /// <exception cref="NpgsqlException">The server does not answer, or refuses.</exception>
    public static PostgresStateStore Open(PostgresOptions options, TimeProvider clock)
    {
        var source = NpgsqlDataSource.Create(options.Connection);
        try
        {
            Prepare(options, source);
            return new PostgresStateStore(options, source, clock);
        }
        catch (NpgsqlException)
        {
            source.Dispose();
            throw;
        }
    }

    public async ValueTask<StoredState?> GetAsync(string key, CancellationToken cancellationToken)
    {
        await using var command = Command($"SELECT value, etag, expires_at FROM {_table} WHERE key = $1 AND {Live}", key);
        return await LimitedAsync(
            async limit =>
            {
                await using var reader = await command.ExecuteReaderAsync(limit);
                return await reader.ReadAsync(limit) ? Read(reader, 0) : null;
            },
            cancellationToken);
    }

    public async ValueTask<IReadOnlyList<StateRead>> GetAllAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        await using var command = Command($"SELECT value, etag, expires_at, key FROM {_table} WHERE key = ANY($1) AND {Live}", keys.ToArray());
        var found = await LimitedAsync(
            async limit =>
            {
                var rows = new Dictionary<string, StoredState>(StringComparer.Ordinal);
                await using var reader = await command.ExecuteReaderAsync(limit);
                while (await reader.ReadAsync(limit))
                {
                    rows[reader.GetString(3)] = Read(reader, 0);
                }

                return rows;
            },
            cancellationToken);
        return [.. keys.Select(k => new StateRead(found.GetValueOrDefault(k)))];
    }

    // A write is not bound by the time-out: as daprd's, it waits for locks as long as the caller does.
    public async Task ApplyAsync(StateOperation operation, CancellationToken cancellationToken)
    {
        var statement = Statement(operation);
        await using var command = _source.CreateCommand(statement.Sql);
        command.CommandTimeout = 0;
        command.Parameters.AddRange(statement.Parameters);
        try
        {
            Check(operation, await command.ExecuteNonQueryAsync(cancellationToken));
        }
        catch (NpgsqlException e)
        {
            throw Refused(e);
        }
    }

    public async Task TransactAsync(IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken)
    {
        var statements = operations.Select(Statement).ToArray();
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using var batch = new NpgsqlBatch(connection, transaction) { Timeout = (int)_options.Timeout.TotalSeconds };
            foreach (var (sql, parameters) in statements)
            {
                var command = new NpgsqlBatchCommand(sql);
                command.Parameters.AddRange(parameters);
                batch.BatchCommands.Add(command);
            }

            await batch.ExecuteNonQueryAsync(cancellationToken);
            for (var i = 0; i < operations.Count; i++)
            {
                // What is thrown here leaves the transaction, which rolls back.
                Check(operations[i], (int)batch.BatchCommands[i].Rows);
            }

            await transaction.CommitAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw Refused(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cleanup is not null)
        {
            await _cleanup.DisposeAsync();
        }

        await _source.DisposeAsync();
    }

    /// <summary>Tables, indexes and the mark of their version, as daprd's own migrations leave them.</summary>
    private static void Prepare(PostgresOptions options, NpgsqlDataSource source)
    {
        var (table, mark) = (options.TablePrefix + "state", "migrations-state-v2-" + options.TablePrefix);
        using var connection = source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        // Two sidecars may start together: CREATE TABLE IF NOT EXISTS alone fails then.
        Execute("SELECT pg_advisory_xact_lock(hashtext('opsmesh-state'))");
        Execute($"CREATE TABLE IF NOT EXISTS {options.MetadataTable} (key text NOT NULL PRIMARY KEY, value text NOT NULL)");
        using var find = new NpgsqlCommand($"SELECT value FROM {options.MetadataTable} WHERE key = $1", connection, transaction) { Parameters = { new() { Value = mark } } };
        if (find.ExecuteScalar() as string is null or "0" or "1")
        {
            Execute($"""
                CREATE TABLE IF NOT EXISTS {table} (
                    key text NOT NULL PRIMARY KEY,
                    value bytea NOT NULL,
                    etag uuid NOT NULL DEFAULT gen_random_uuid(),
                    created_at timestamp with time zone NOT NULL DEFAULT now(),
                    updated_at timestamp with time zone,
                    expires_at timestamp with time zone
                )
                """);
            Execute($"CREATE INDEX IF NOT EXISTS {Short(table)}_expires_at_idx ON {table} (expires_at)");
            Execute($"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS row_id bigint GENERATED ALWAYS AS IDENTITY");
            Execute($"CREATE UNIQUE INDEX IF NOT EXISTS {Short(table)}_row_id_uidx ON {table} (row_id)");
            Execute($"INSERT INTO {options.MetadataTable} (key, value) VALUES ('{mark}', '{Version}') ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value");
        }

        transaction.Commit();

        void Execute(string sql)
        {
            using var command = new NpgsqlCommand(sql, connection, transaction);
            command.ExecuteNonQuery();
        }

        static string Short(string name) => name[(name.LastIndexOf('.') + 1)..];
    }

    private (string Sql, NpgsqlParameter[] Parameters) Statement(StateOperation operation)
    {
        if (operation.IsDelete)
        {
            return operation.ETag is { } tag
                ? ($"DELETE FROM {_table} WHERE key = $1 AND etag = $2 AND {Live}", [Text(operation.Key), Uuid(tag)])
                : ($"DELETE FROM {_table} WHERE key = $1", [Text(operation.Key)]);
        }

        var seconds = StateTtl.Seconds(operation);
        var expiry = new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Double, Value = seconds is { } s ? (double)s : DBNull.Value };
        // No bytes are NULL to daprd's driver, and so refused by the column.
        var value = new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea, Value = operation.Value.IsEmpty ? DBNull.Value : operation.Value.ToArray() };
        const string Expires = "now() + $3 * interval '1 second'";
        const string Update = $"value = $2, etag = gen_random_uuid(), updated_at = now(), expires_at = {Expires}";
        return operation switch
        {
            { ETag: { } tag } => ($"UPDATE {_table} SET {Update} WHERE key = $1 AND etag = $4 AND {Live}", [Text(operation.Key), value, expiry, Uuid(tag)]),
            { IsFirstWrite: true } =>
                ($"INSERT INTO {_table} AS t (key, value, expires_at) VALUES ($1, $2, {Expires}) ON CONFLICT (key) DO UPDATE SET {Update} WHERE t.expires_at IS NOT NULL AND t.expires_at < now()",
                [Text(operation.Key), value, expiry]),
            _ => ($"INSERT INTO {_table} (key, value, expires_at) VALUES ($1, $2, {Expires}) ON CONFLICT (key) DO UPDATE SET {Update}", [Text(operation.Key), value, expiry]),
        };
    }

    private static void Check(StateOperation operation, int rows)
    {
        if (rows > 0 || (operation.IsDelete && operation.ETag is null))
        {
            return;
        }

        throw operation.ETag is null ? new StateStoreException("no item was updated") : StateStoreException.Mismatch();
    }

    private static NpgsqlParameter Text(string value) => new() { NpgsqlDbType = NpgsqlDbType.Text, Value = value };

    private static NpgsqlParameter Uuid(string etag)
    {
        try
        {
            return new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Uuid, Value = GoUuid.Parse(etag) };
        }
        catch (FormatException e)
        {
            throw StateStoreException.Mismatch(e.Message);
        }
    }

    private static StoredState Read(NpgsqlDataReader reader, int first) => new(
        reader.GetFieldValue<byte[]>(first),
        reader.GetGuid(first + 1).ToString("D"),
        reader.IsDBNull(first + 2) ? null : reader.GetFieldValue<DateTimeOffset>(first + 2));

    private NpgsqlCommand Command(string sql, object key)
    {
        var command = _source.CreateCommand(sql);
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter { Value = key });
        return command;
    }

    private async Task<T> LimitedAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var due = new CancellationTokenSource(_options.Timeout, _clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            return await read(limit.Token);
        }
        catch (OperationCanceledException) when (due.IsCancellationRequested)
        {
            throw new StateStoreException("timeout: context deadline exceeded");
        }
        catch (NpgsqlException e)
        {
            throw Refused(e);
        }
    }

    private static StateStoreException Refused(NpgsqlException e) =>
        e is PostgresException p ? new StateStoreException($"{p.InvariantSeverity}: {p.MessageText} (SQLSTATE {p.SqlState})") : new StateStoreException(e.InnerException?.Message ?? e.Message);

    private void DeleteExpired()
    {
        try
        {
            using var command = _source.CreateCommand($"DELETE FROM {_table} WHERE expires_at IS NOT NULL AND expires_at < now()");
            command.ExecuteNonQuery();
        }
        catch (NpgsqlException)
        {
            // The next period tries again, and reads hide expired rows anyway.
        }
    }
}
#pragma warning restore CA2100
