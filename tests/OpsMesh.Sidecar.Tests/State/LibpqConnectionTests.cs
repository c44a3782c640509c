extern alias sidecar;

using Npgsql;
using sidecar::OpsMesh.Sidecar.State;

namespace OpsMesh.Sidecar.Tests.State;

public sealed class LibpqConnectionTests
{
    [Theory]
    [InlineData("host=127.0.0.1 user=postgres dbname=rec_a port=5433 sslmode=disable")]
    [InlineData("  host = 127.0.0.1  user='postgres' dbname='rec_a' port=5433 sslmode=disable pool_max_conns=10 ")]
    [InlineData("postgres://postgres@127.0.0.1:5433/rec_a?sslmode=disable")]
    [InlineData("postgresql://postgres@127.0.0.1:5433/rec_a?sslmode=disable&default_query_exec_mode=simple_protocol")]
    public void KeywordsAndUrls_NameTheSameDatabase(string text)
    {
        var connection = LibpqConnection.Translate(text);

        Assert.Equal(("127.0.0.1", 5433, "postgres", "rec_a", SslMode.Disable), (connection.Host, connection.Port, connection.Username, connection.Database, connection.SslMode));
    }

    [Theory]
    [InlineData(@"host=h password='it\'s a \\ secret'", @"it's a \ secret")]
    [InlineData("postgres://u:p%40ss%2Fword@h/db", "p@ss/word")]
    public void EscapedPassword_IsReadWhole(string text, string password) => Assert.Equal(password, LibpqConnection.Translate(text).Password);

    [Theory]
    [InlineData("host=h hots=x", "unknown keyword 'hots'")]
    [InlineData("postgres://u@h/db?sslmod=disable", "unknown keyword 'sslmod'")]
    [InlineData("host=h port=many", "keyword 'port' cannot be 'many'")]
    [InlineData("host", "'host' has no equals sign")]
    public void WrongText_IsRefusedByName(string text, string problem) => Assert.Equal(problem, Assert.Throws<FormatException>(() => LibpqConnection.Translate(text)).Message);
}
