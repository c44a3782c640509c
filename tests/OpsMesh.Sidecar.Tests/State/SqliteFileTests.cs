using Microsoft.Data.Sqlite;
using OpsMesh.Sidecar.Tests.Mesh;

namespace OpsMesh.Sidecar.Tests.State;

public sealed class SqliteFileTests(MeshFixture mesh)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_LieAsDaprdStoresThem()
    {
        using var client = mesh.Client("caller");
        using var http = mesh.Http("caller");
        await client.SaveByteStateAsync("sqlite", "row-bytes", new byte[] { 0, 255, 1 }, cancellationToken: Cancellation);
        using var saved = await http.PostAsync(
            new Uri("v1.0/state/sqlite", UriKind.Relative), new StringContent("""[{"key":"row-text","value":"x"}]"""), Cancellation);

        Assert.Equal(("AP8B", true), Read("caller||row-bytes"));
        Assert.Equal(("\"x\"", false), Read("caller||row-text"));
    }

    [Fact]
    public async Task RowThatDaprdWrote_IsRead()
    {
        Execute("INSERT INTO state (key, value, is_binary, etag) VALUES ('caller||foreign', '{\"a\":1}', 0, '00000000-0000-0000-0000-000000000001')");
        using var client = mesh.Client("caller");

        var (value, etag) = await client.GetStateAndETagAsync<Dictionary<string, int>>("sqlite", "foreign", cancellationToken: Cancellation);

        Assert.Equal(1, value["a"]);
        Assert.Equal("00000000-0000-0000-0000-000000000001", etag);
    }

    private (string Value, bool IsBinary) Read(string key)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT value, is_binary FROM state WHERE key = $key";
        command.Parameters.AddWithValue("$key", key);
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return (reader.GetString(0), reader.GetBoolean(1));
    }

    private void Execute(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(mesh.DataFolder, "state.db")};Pooling=False");
        connection.Open();
        return connection;
    }
}
