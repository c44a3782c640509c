using System.Net;
using System.Net.Http.Json;
using System.Text;
using OpsMesh.Sidecar.Tests.Mesh;

namespace OpsMesh.Sidecar.Tests.State;

public sealed class StateOverHttpTests(MeshFixture mesh)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task SavedValue_IsReadBackAsGoWouldWriteIt(string store)
    {
        using var http = mesh.Http("caller");

        var saved = await SaveAsync(http, store, """[{"key":"v","value":{"b":1.0,"a":"<x>","n":12345678901234567890}}]""");
        using var read = await http.GetAsync(At($"v1.0/state/{store}/v"), Cancellation);

        Assert.Equal(HttpStatusCode.NoContent, saved);
        Assert.Equal("""{"a":"\u003cx\u003e","b":1,"n":12345678901234567000}""", await read.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("application/json", read.Content.Headers.ContentType?.ToString());
        Assert.True(Guid.TryParse(read.Headers.NonValidated["ETag"].ToString(), out _));
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task StaleETag_IsAConflictAndChangesNothing(string store)
    {
        using var http = mesh.Http("caller");
        await SaveAsync(http, store, """[{"key":"stale","value":1}]""");

        using var refused = await http.PostAsync(
            At($"v1.0/state/{store}"), Json("""[{"key":"stale","value":2,"etag":"77"}]"""), Cancellation);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var error = await refused.Content.ReadFromJsonAsync<Dictionary<string, string>>(Cancellation);
        Assert.Equal("ERR_STATE_SAVE", error!["errorCode"]);
        Assert.StartsWith($"failed saving state in state store {store}: possible etag mismatch. error from state store", error["message"], StringComparison.Ordinal);
        Assert.Equal("1", await http.GetStringAsync(At($"v1.0/state/{store}/stale"), Cancellation));
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task FirstWriteOnATakenKey_IsAConflict(string store)
    {
        const string Insert = """[{"key":"first","value":1,"options":{"concurrency":"first-write"}}]""";
        using var http = mesh.Http("caller");

        var first = await SaveAsync(http, store, Insert);
        var second = await SaveAsync(http, store, Insert);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.Conflict), (first, second));
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task KeyWithTtl_TellsWhenItExpiresAndThenIsFree(string store)
    {
        const string Insert = """[{"key":"ttl","value":1,"metadata":{"ttlInSeconds":"1"},"options":{"concurrency":"first-write"}}]""";
        using var http = mesh.Http("caller");
        await SaveAsync(http, store, Insert);
        using (var read = await http.GetAsync(At($"v1.0/state/{store}/ttl"), Cancellation))
        {
            Assert.True(read.Headers.NonValidated.Contains("metadata.ttlExpireTime"));
        }

        while ((await http.GetAsync(At($"v1.0/state/{store}/ttl"), Cancellation)).StatusCode != HttpStatusCode.NoContent)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancellation);
        }

        Assert.Equal(HttpStatusCode.NoContent, await SaveAsync(http, store, Insert));
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task TransactionWithOneStaleETag_ChangesNothing(string store)
    {
        using var http = mesh.Http("caller");
        await SaveAsync(http, store, """[{"key":"tx1","value":1},{"key":"tx2","value":1}]""");

        using var refused = await http.PostAsync(
            At($"v1.0/state/{store}/transaction"),
            Json("""
                {"operations":[
                  {"operation":"upsert","request":{"key":"tx0","value":2}},
                  {"operation":"delete","request":{"key":"tx1"}},
                  {"operation":"upsert","request":{"key":"tx2","value":2,"etag":"stale"}}]}
                """),
            Cancellation);

        Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        Assert.Contains("ERR_STATE_TRANSACTION", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await http.GetAsync(At($"v1.0/state/{store}/tx0"), Cancellation)).StatusCode);
        Assert.Equal("1", await http.GetStringAsync(At($"v1.0/state/{store}/tx1"), Cancellation));
    }

    [Fact]
    public async Task UnknownStore_IsNamed()
    {
        using var http = mesh.Http("caller");

        using var refused = await http.GetAsync(At("v1.0/state/nope/k"), Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(
            """{"errorCode":"ERR_STATE_STORE_NOT_FOUND","message":"state store nope is not found","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","domain":"dapr.io","reason":"DAPR_STATE_NOT_FOUND","metadata":{"appID":"caller"}}]}""",
            await refused.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task KeyWithSeparator_IsRefused()
    {
        using var http = mesh.Http("caller");

        Assert.Equal(HttpStatusCode.BadRequest, await SaveAsync(http, "memory", """[{"key":"a||b","value":1}]"""));
    }

    [Fact]
    public async Task WrongToken_IsRefusedExceptOnHealth()
    {
        using var http = mesh.Http("caller", "wrong");

        using var refused = await http.GetAsync(At("v1.0/metadata"), Cancellation);
        using var health = await http.GetAsync(At("v1.0/healthz/outbound"), Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("invalid api token\n", await refused.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(HttpStatusCode.NoContent, health.StatusCode);
    }

    private static Uri At(string path) => new(path, UriKind.Relative);

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<HttpStatusCode> SaveAsync(HttpClient http, string store, string items)
    {
        using var answer = await http.PostAsync(At($"v1.0/state/{store}"), Json(items), Cancellation);
        return answer.StatusCode;
    }
}
