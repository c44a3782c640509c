using Microsoft.Data.Sqlite;

namespace OpsMesh.Bench.Subjects.Stating;

/// <summary>The limit: the driver alone, with statements that are prepared once, on a file that is as durable as the sidecar's.</summary>
internal sealed class SqliteState : IStateAccess
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _save;
    private readonly SqliteCommand _get;

    public SqliteState(string file)
    {
        _connection = new(new SqliteConnectionStringBuilder { DataSource = file }.ToString());
        _connection.Open();
        using var create = _connection.CreateCommand();
        create.CommandText = """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS state (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, etag TEXT NOT NULL) WITHOUT ROWID;
            """;
        create.ExecuteNonQuery();
        _save = _connection.CreateCommand();
        _save.CommandText = "INSERT INTO state (key, value, etag) VALUES ($key, $value, $etag) ON CONFLICT (key) DO UPDATE SET value = excluded.value, etag = excluded.etag";
        _save.Parameters.Add("$key", SqliteType.Text);
        _save.Parameters.Add("$value", SqliteType.Text);
        _save.Parameters.Add("$etag", SqliteType.Text);
        _get = _connection.CreateCommand();
        _get.CommandText = "SELECT value FROM state WHERE key = $key";
        _get.Parameters.Add("$key", SqliteType.Text);
    }

    public Task SaveAsync(string key, byte[] value) => SaveTogetherAsync([key], value);

    public async Task<int> GetAsync(string key)
    {
        _get.Parameters[0].Value = key;
        return ((string?)await _get.ExecuteScalarAsync())?.Length ?? 0;
    }

    public async Task SaveTogetherAsync(IReadOnlyList<string> keys, byte[] value)
    {
        await using var transaction = (SqliteTransaction)await _connection.BeginTransactionAsync();
        _save.Transaction = transaction;
        foreach (var key in keys)
        {
            _save.Parameters[0].Value = key;
            _save.Parameters[1].Value = Convert.ToBase64String(value);
            _save.Parameters[2].Value = Guid.NewGuid().ToString();
            await _save.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _save.DisposeAsync();
        await _get.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
