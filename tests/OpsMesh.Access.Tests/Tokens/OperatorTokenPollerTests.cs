using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpsMesh.Contracts.Options.V1;
using OpsMesh.Hosting;
using OpsMesh.Testing;

namespace OpsMesh.Access;

public sealed class OperatorTokenPollerTests : IDisposable
{
    private const string Token = "opm_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ";

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualClock _clock = new();
    private readonly State _state = new();
    private readonly OperatorTokens _tokens;
    private readonly Dependencies _dependencies;
    private readonly OperatorTokenPoller _poller;

    public OperatorTokenPollerTests()
    {
        _tokens = new OperatorTokens(_clock);
        _dependencies = new Dependencies(_services.GetRequiredService<IMeterFactory>());
        _poller = new OperatorTokenPoller(_state, _tokens, _dependencies, _clock, NullLogger<OperatorTokenPoller>.Instance);
    }

    public void Dispose()
    {
        _poller.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task TokenThatUpWrote_IsKnownAfterOneLook()
    {
        WriteToken(version: 1);

        await LookAsync();

        var caller = _tokens.Verify(Token).Value!;
        Assert.Equal("operator/local operator", caller.Id);
        Assert.Equal([Role.Viewer, Role.Operator, Role.NodeAdmin], caller.Roles.Order());
    }

    [Fact]
    public async Task StoreThatWasNeverWritten_KnowsNobody()
    {
        await LookAsync();

        Assert.Equal(0, _tokens.Version);
        Assert.Equal(Reasons.TokenSignature, _tokens.Verify(Token).Failure!.Reason);
    }

    [Fact]
    public async Task SameVersion_IsReadOnceAndConfirmed()
    {
        WriteToken(version: 1);
        await LookAsync();
        var reads = _state.Reads;
        _clock.Advance(TimeSpan.FromMinutes(14));

        await LookAsync();
        _clock.Advance(TimeSpan.FromMinutes(14));

        Assert.Equal(reads + 1, _state.Reads);
        Assert.True(_tokens.Verify(Token).Succeeded);
    }

    [Fact]
    public async Task TokenWithdrawnByTheNextVersion_IsUnknown()
    {
        WriteToken(version: 1);
        await LookAsync();
        _state.Documents.Clear();
        _state.Documents["access:version"] = """{"schema":1,"version":2}""";

        await LookAsync();

        Assert.Equal(Reasons.TokenSignature, _tokens.Verify(Token).Failure!.Reason);
    }

    [Fact]
    public async Task VersionThatMovesMeanwhile_IsReadAgainByTheNextLook()
    {
        WriteToken(version: 1);
        _state.OnRead = key => _state.Documents["access:version"] = key == "access:tokens:f" ? """{"schema":1,"version":2}""" : _state.Documents["access:version"];
        await LookAsync();
        Assert.Null(_tokens.Version);

        _state.OnRead = _ => { };
        await LookAsync();

        Assert.Equal(2, _tokens.Version);
    }

    [Fact]
    public async Task StoreThatIsAway_DegradesAndKeepsWhatIsKnown()
    {
        WriteToken(version: 1);
        await LookAsync();
        _state.OnRead = _ => throw new IOException("away");

        await LookAsync();

        Assert.Equal("access", Assert.Single(_dependencies.Degraded).Name);
        Assert.True(_tokens.Verify(Token).Succeeded);

        _state.OnRead = _ => { };
        await LookAsync();
        Assert.Empty(_dependencies.Degraded);
    }

    private Task LookAsync() => _poller.LookAsync(TestContext.Current.CancellationToken);

    private void WriteToken(int version)
    {
        var hash = OperatorTokens.Hash(Token);
        _state.Documents[$"access:tokens:{hash[0]}"] =
            $$"""{"schema":1,"tokens":[{"sha256":"{{hash}}","name":"local operator","roles":["ROLE_VIEWER","ROLE_OPERATOR","ROLE_NODE_ADMIN"],"expires_at":"2030-01-02T00:00:00Z","later":1}]}""";
        _state.Documents["access:version"] = $$"""{"schema":1,"version":{{version}}}""";
    }

    /// <summary>Documents as they lie in the store, read with the options that the Dapr client uses.</summary>
    private sealed class State : IAccessState
    {
        public Dictionary<string, string> Documents { get; } = [];

        public Action<string> OnRead { get; set; } = _ => { };

        public int Reads { get; private set; }

        public Task<T?> ReadAsync<T>(string key, CancellationToken cancellationToken)
            where T : class
        {
            Reads++;
            var text = Documents.GetValueOrDefault(key);
            OnRead(key);
            return Task.FromResult(text is null ? null : JsonSerializer.Deserialize<T>(text, JsonSerializerOptions.Web));
        }
    }
}
