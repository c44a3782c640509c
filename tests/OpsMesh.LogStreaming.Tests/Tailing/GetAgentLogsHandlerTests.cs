using OpsMesh.Contracts.Common.V1;
using OpsMesh.Contracts.Daemon.V1;
using OpsMesh.Contracts.LogStreaming.V1;
using OpsMesh.LogStreaming.Fakes;
using OpsMesh.Reach;

namespace OpsMesh.LogStreaming.Tailing;

public sealed class GetAgentLogsHandlerTests
{
    private readonly LogDaemon _daemon = new();

    [Fact]
    public async Task PlainRequest_AsksTheNodeForAHundredLinesByTheUnaryWay()
    {
        _daemon.Page = new GetLogsResponse { Lines = { new LogLine { Text = "hello", Offset = 7 } }, NextCursor = "1:7", SourceEpoch = 1 };

        var page = (await GetAsync(Request())).Value!;

        var asked = Assert.IsType<GetLogsRequest>(_daemon.Asked);
        Assert.Equal((100, false, "game", Traffic.Read), (asked.Lines, asked.HasDirection, asked.Query.AgentId, _daemon.Traffic));
        Assert.Equal(("hello", "1:7", 1UL), (Assert.Single(page.Lines).Text, page.NextCursor, page.SourceEpoch));
    }

    [Fact]
    public async Task EveryPartOfTheQuery_ReachesTheNode()
    {
        var request = Request();
        (request.Lines, request.Cursor, request.Regex, request.Direction, request.Stream) =
            (5, "2:10", "err", LogDirection.Forward, LogStream.Stderr);

        await GetAsync(request);

        var asked = Assert.IsType<GetLogsRequest>(_daemon.Asked);
        Assert.Equal(
            (5, "2:10", "err", LogDirection.Forward, LogStream.Stderr),
            (asked.Lines, asked.Query.Cursor, asked.Query.Regex, asked.Direction, asked.Query.Stream));
    }

    [Fact]
    public async Task BadRequest_NeverReachesTheNode()
    {
        var request = Request();
        request.Lines = -1;

        Assert.Equal((Reasons.OutOfRange, "lines"), ((await GetAsync(request)).Failure?.Reason, (await GetAsync(request)).Failure?.Field));
        Assert.Null(_daemon.Asked);
    }

    [Fact]
    public async Task NodesRefusal_IsPassedOnInTheRequestsWords()
    {
        _daemon.Refusal = new Failure(FailureKind.Invalid, Reasons.FieldFormat, "no") { Field = "query.regex" };

        var outcome = await GetAsync(Request());

        Assert.Equal((Reasons.FieldFormat, "regex"), (outcome.Failure?.Reason, outcome.Failure?.Field));
    }

    private Task<Outcome<GetAgentLogsResponse>> GetAsync(GetAgentLogsRequest request) =>
        new GetAgentLogsHandler(_daemon).HandleAsync(request, TestContext.Current.CancellationToken);

    private static GetAgentLogsRequest Request() => new() { NodeId = "01890a5d-ac96-774b-bcce-b302099a8057", AgentId = "game" };
}
