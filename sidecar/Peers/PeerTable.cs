using Microsoft.Data.Sqlite;
using OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.Peers;

/// <summary>
/// The file in which sidecars write where they are. A table of its own name: a real daprd, whose ports speak something else, must not find
/// these entries.
/// </summary>
internal sealed class PeerTable : IAsyncDisposable
{
    public static readonly TimeSpan Validity = TimeSpan.FromSeconds(15);

    private const string Create = "PRAGMA journal_mode=WAL; CREATE TABLE IF NOT EXISTS opsmesh_peers (app_id TEXT PRIMARY KEY, port INTEGER NOT NULL, last_update INTEGER NOT NULL)";
    private const string Write = "INSERT INTO opsmesh_peers VALUES ($app, $port, $now) ON CONFLICT (app_id) DO UPDATE SET port = $port, last_update = $now";
    private const string Delete = "DELETE FROM opsmesh_peers WHERE app_id = $app AND port = $port";
    private const string Read = "SELECT port FROM opsmesh_peers WHERE app_id = $app AND last_update > $oldest";

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _clock;

    private PeerTable(SqliteConnection connection, TimeProvider clock) => (_connection, _clock) = (connection, clock);

    /// <exception cref="PlanException">The file cannot be used.</exception>
    public static PeerTable Open(NamesOptions options, TimeProvider clock)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = options.File, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            var table = new PeerTable(connection, clock);
            table.Execute(Create);
            return table;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new PlanException($"nameResolution: {options.File} cannot be opened: {e.Message}");
        }
    }

    public void Announce(string appId, int port) => Execute(Write, ("$app", appId), ("$port", port), ("$now", Now));

    public void Withdraw(string appId, int port) => Execute(Delete, ("$app", appId), ("$port", port));

    /// <summary>Port on this machine; null when no such application said lately that it is there.</summary>
    public int? Find(string appId) => Execute(Read, ("$app", appId), ("$oldest", Now - (long)Validity.TotalMilliseconds)) is long port ? (int)port : null;

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private object? Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // One of the four constants above.
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue(name, value);
            }

            return command.ExecuteScalar();
        }
    }
}
