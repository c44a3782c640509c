using Microsoft.Data.Sqlite;
using Npgsql;
using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Parts;

/// <summary>What the state API says when PostgreSQL ends its connections or has lost its table, of state-failure.jsonl.</summary>
internal sealed class StoreFailurePart : IReplayPart
{
    private const string Terminated = "state/failure/postgresql/backends-terminated";
    private const string Locked = "state/failure/sqlite/database-locked";
    private const string Dropped = "state/failure/postgresql/table-dropped";

    public bool Takes(RecordedCase recorded) => recorded.File == "state-failure" && recorded.Name is Terminated or Dropped or Locked;

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var postgres = await TestPostgres.StartAsync("rec_a");
        var setup = SidecarSetup.Named("fail-pg", folder.Path);
        await using var sidecar = await ReplaySidecar.StartAsync(
            setup with { Resources = setup.Resources.ToDictionary(r => r.Key, r => r.Value.Replace("port=5432", $"port={postgres.Port}", StringComparison.Ordinal), StringComparer.Ordinal) }, cancellationToken);
        using var item = new StringContent("""[{"key":"k","value":1}]""");
        using var saved = await sidecar.Http.PostAsync(new Uri("v1.0/state/st", UriKind.Relative), item, cancellationToken);
        await using var own = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={postgres.Port};Username=postgres;Database=rec_a;Pooling=false");
        var replayer = new Replayer(_ => sidecar);
        foreach (var one in cases.OrderBy(c => c.Name == Dropped))
        {
            if (one.Name == Locked)
            {
                told(one, await PlayLockedAsync(one, sidecar, Path.Combine(folder.Path, "fail.db"), cancellationToken));
                continue;
            }

            await using var command = own.CreateCommand(
                one.Name == Dropped ? "DROP TABLE fl_state" : "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'rec_a' AND pid <> pg_backend_pid()");
            await command.ExecuteNonQueryAsync(cancellationToken);
            told(one, await replayer.PlayAsync(one, cancellationToken));
        }
    }

    /// <summary>Another program writes for longer than the sidecar waits, and ends while it waits for the last of the cases's writes.</summary>
    private static async Task<IReadOnlyList<Difference>> PlayLockedAsync(RecordedCase recorded, ReplaySidecar sidecar, string file, CancellationToken cancellationToken)
    {
        using var item = new StringContent("""[{"key":"k","value":1}]""");
        using var saved = await sidecar.Http.PostAsync(new Uri("v1.0/state/lite", UriKind.Relative), item, cancellationToken);
        await using var other = new SqliteConnection($"Data Source={file};Pooling=False");
        await other.OpenAsync(cancellationToken);
        await ExecuteAsync("BEGIN IMMEDIATE");
        var replayer = new Replayer(_ => sidecar);
        var differences = await replayer.PlayAsync(recorded with { Steps = [.. recorded.Steps.Take(3)] }, cancellationToken);
        var last = replayer.PlayAsync(recorded with { Steps = [recorded.Steps[3]] }, cancellationToken);
        await ExecuteAsync("COMMIT");
        return [.. differences, .. await last];

        async Task ExecuteAsync(string sql)
        {
            await using var command = other.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
