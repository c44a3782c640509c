using System.Net;
using System.Net.Http.Json;

namespace OpsMesh.Console.Login;

public sealed class LoginTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NoCredential_IsRefused()
    {
        await using var console = await StartAsync();
        using var client = console.Nobody();

        await client.GetAsync("/api/v1/nodes", Cancelled).ProblemAsync(HttpStatusCode.Unauthorized, Reasons.CredentialMissing);
        await client.GetAsync("/api/v1/session", Cancelled).ProblemAsync(HttpStatusCode.Unauthorized, Reasons.CredentialMissing);
        await client.GetAsync("/api/v1/traces", Cancelled).ProblemAsync(HttpStatusCode.Unauthorized, Reasons.CredentialMissing);
    }

    [Theory]
    [InlineData("Bearer opm_short", "TOKEN_FORMAT")]
    [InlineData("Basic b3A6b3A=", "TOKEN_FORMAT")]
    [InlineData("Bearer opm_9999999999999999999999999999999999999999999", "TOKEN_SIGNATURE")]
    public async Task WrongBearer_IsRefusedWithItsReason(string authorization, string reason)
    {
        await using var console = await StartAsync();
        using var client = console.Nobody();
        client.DefaultRequestHeaders.TryAddWithoutValidation("authorization", authorization);

        await client.GetAsync("/api/v1/nodes", Cancelled).ProblemAsync(HttpStatusCode.Unauthorized, reason);
        await client.GetAsync("/api/v1/traces", Cancelled).ProblemAsync(HttpStatusCode.Unauthorized, reason);
    }

    [Fact]
    public async Task OneTimeToken_GivesACookieOnce()
    {
        await using var console = await StartAsync();
        using var client = console.Nobody();
        using var other = console.Nobody();

        using var opened = await client.PostAsJsonAsync("/api/v1/session", new { one_time = ConsoleUnderTest.OneTime }, Cancelled);
        var again = other.PostAsJsonAsync("/api/v1/session", new { one_time = ConsoleUnderTest.OneTime }, Cancelled);

        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        var cookie = opened.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(FakeMesh.Token, cookie, StringComparison.Ordinal);
        await again.ProblemAsync(HttpStatusCode.Unauthorized, Reasons.TokenUsed);
        var nodes = await client.GetAsync("/api/v1/nodes", Cancelled).JsonAsync();
        Assert.Equal(3, nodes["nodes"]!.AsArray().Count);
    }

    [Fact]
    public async Task WrongOneTimeToken_DoesNotUseTheRightOne()
    {
        await using var console = await StartAsync();
        using var client = console.Nobody();

        await client.PostAsJsonAsync("/api/v1/session", new { one_time = "guess" }, Cancelled).ProblemAsync(HttpStatusCode.Unauthorized, Reasons.TokenSignature);

        using var opened = await client.PostAsJsonAsync("/api/v1/session", new { one_time = ConsoleUnderTest.OneTime }, Cancelled);
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
    }

    [Fact]
    public async Task ChangeByCookie_NeedsTheHeader()
    {
        await using var console = await StartAsync();
        using var client = console.Nobody();
        using var opened = await client.PostAsJsonAsync("/api/v1/session", new { token = FakeMesh.Token }, Cancelled);
        var path = $"/api/v1/nodes/{FakeNodes.NodeId}/agents/game:restart";

        await client.PostAsync(path, null, Cancelled).ProblemAsync(HttpStatusCode.Forbidden, Reasons.CredentialMissing);
        client.DefaultRequestHeaders.Add("opsmesh-csrf", "1");
        var answer = await client.PostAsync(path, null, Cancelled).JsonAsync();

        Assert.Equal("DONE", answer["outcome"]!.GetValue<string>());
    }

    [Fact]
    public async Task TokenThatNobodyKnows_OpensNoSession()
    {
        await using var console = await StartAsync();
        using var client = console.Nobody();

        await client.PostAsJsonAsync("/api/v1/session", new { token = "opm_9999999999999999999999999999999999999999999" }, Cancelled)
            .ProblemAsync(HttpStatusCode.Unauthorized, Reasons.TokenSignature);
    }

    [Fact]
    public async Task SignedOut_TheCookieIsWorthNothing()
    {
        await using var console = await StartAsync();
        using var client = console.Nobody();
        using var opened = await client.PostAsJsonAsync("/api/v1/session", new { one_time = ConsoleUnderTest.OneTime }, Cancelled);
        var session = await client.GetAsync("/api/v1/session", Cancelled).JsonAsync();
        client.DefaultRequestHeaders.Add("opsmesh-csrf", "1");

        using var closed = await client.DeleteAsync("/api/v1/session", Cancelled);

        Assert.Equal(("local operator", "cookie"), (session["name"]!.GetValue<string>(), session["via"]!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.NoContent, closed.StatusCode);
        await client.GetAsync("/api/v1/session", Cancelled).ProblemAsync(HttpStatusCode.Unauthorized, Reasons.CredentialMissing);
    }

    [Theory]
    [InlineData("{}", "one_time")]
    [InlineData("""{"one_time":"a","token":"b"}""", "one_time")]
    [InlineData("""{"one_time":5}""", "one_time")]
    [InlineData("[]", "body")]
    public async Task MalformedLogin_IsRefused(string body, string field)
    {
        await using var console = await StartAsync();
        using var client = console.Nobody();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var response = await client.PostAsync("/api/v1/session", content, Cancelled);
        var problem = await Task.FromResult(response).JsonAsync();

        Assert.Equal((HttpStatusCode.BadRequest, field), (response.StatusCode, problem["field"]!.GetValue<string>()));
    }

    private static async Task<ConsoleUnderTest> StartAsync()
    {
        var console = new ConsoleUnderTest();
        await console.InitializeAsync();
        return console;
    }
}
