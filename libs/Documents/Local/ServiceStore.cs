namespace OpsMesh.DocumentStore.Local;

/// <summary>The service's own store, embedded: projection, events that wait for the broker, audit.</summary>
internal sealed class ServiceStore(string path) : IDisposable
{
    private const int Version = 1;

    private const string Schema =
        """
        CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO counter VALUES ('change_seq', 0) ON CONFLICT DO NOTHING;

        CREATE TABLE IF NOT EXISTS projection (
          kind TEXT NOT NULL, id TEXT NOT NULL, node_id TEXT, revision INTEGER NOT NULL, change_seq INTEGER NOT NULL,
          removed_at INTEGER, json TEXT NOT NULL,
          PRIMARY KEY (kind, id)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS projection_by_node ON projection (kind, node_id, id);
        CREATE UNIQUE INDEX IF NOT EXISTS projection_by_change ON projection (change_seq);

        CREATE TABLE IF NOT EXISTS outgoing (
          id INTEGER PRIMARY KEY AUTOINCREMENT, replica TEXT NOT NULL, commit_seq INTEGER NOT NULL, n INTEGER NOT NULL,
          topic TEXT NOT NULL, event TEXT NOT NULL,
          UNIQUE (replica, commit_seq, n));

        CREATE TABLE IF NOT EXISTS audit (
          replica TEXT NOT NULL, commit_seq INTEGER NOT NULL, time INTEGER NOT NULL,
          actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL, decision TEXT NOT NULL,
          PRIMARY KEY (replica, commit_seq)) WITHOUT ROWID;
        """;

    public SqliteFile File { get; } = new(path, Version, Schema);

    public void Dispose() => File.Dispose();
}
