using OpsMesh.DocumentStore.Local;

namespace OpsMesh.TelemetryIngest.Storage;

/// <summary>The embedded store of samples: one file with one writer.</summary>
internal sealed class SampleDatabase(string path) : IDisposable
{
    private const int Version = 1;

    // A value is named by its series and second, so a batch that is stored twice leaves what it left the first time.
    private const string Schema =
        """
        CREATE TABLE IF NOT EXISTS series (
          id INTEGER PRIMARY KEY, node_id TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (node_id, type, name));
        CREATE TABLE IF NOT EXISTS sample (
          series_id INTEGER NOT NULL, time INTEGER NOT NULL, value REAL NOT NULL, PRIMARY KEY (series_id, time)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS watermark (
          node_id TEXT NOT NULL, daemon_epoch INTEGER NOT NULL, contiguous INTEGER NOT NULL, bitmap INTEGER NOT NULL,
          PRIMARY KEY (node_id, daemon_epoch)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS latest (
          node_id TEXT NOT NULL, type TEXT NOT NULL, time INTEGER NOT NULL, json TEXT NOT NULL,
          PRIMARY KEY (node_id, type)) WITHOUT ROWID;
        """;

    public SqliteFile File { get; } = new(path, Version, Schema);

    public void Dispose() => File.Dispose();
}
