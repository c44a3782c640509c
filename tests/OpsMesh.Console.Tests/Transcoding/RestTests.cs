using System.Net;
using System.Net.Http.Json;
using System.Text;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Contracts.Registry.V1;

namespace OpsMesh.Console.Transcoding;

public sealed class RestTests(ConsoleUnderTest console) : IClassFixture<ConsoleUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UnaryCall_AnswersJsonWithProtoNamesAndDefaults()
    {
        using var client = console.Operator();

        var answer = await client.GetAsync($"/api/v1/nodes/{FakeNodes.NodeId}", Cancelled).JsonAsync();

        var node = answer["node"]!;
        Assert.Equal("NODE_STATE_ONLINE", node["state"]!.GetValue<string>());
        Assert.Equal("18446744073709551615", node["session_epoch"]!.GetValue<string>());
        Assert.Equal("", node["daemon_version"]!.GetValue<string>());
        Assert.Null(node["last_heartbeat"]);
        Assert.Contains($"Bearer {FakeMesh.Token}", console.Mesh.Bearers);
    }

    [Fact]
    public async Task Hostname_IsResolvedToItsId()
    {
        using var client = console.Operator();

        await client.GetAsync("/api/v1/nodes/node-1/agents", Cancelled).JsonAsync();

        Assert.Equal(FakeNodes.NodeId, ((ListAgentsRequest)console.Mesh.Requests["ListAgents"]).NodeId);
    }

    [Fact]
    public async Task HostnameInQuery_IsResolvedToo()
    {
        using var client = console.Operator();

        var answer = await client.GetAsync("/api/v1/metrics:query?node_id=node-1&type=cpu&value_name=usage_percent", Cancelled).JsonAsync();

        Assert.Equal(FakeNodes.NodeId, answer["series"]![0]!["node_id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/api/v1/nodes/nobody/agents", HttpStatusCode.NotFound, "NODE_UNKNOWN", "node_id")]
    [InlineData("/api/v1/nodes/twin/agents", HttpStatusCode.BadRequest, "FIELD_FORMAT", "node_id")]
    [InlineData("/api/v1/nodes/a%20b/agents", HttpStatusCode.BadRequest, "FIELD_FORMAT", "node_id")]
    [InlineData("/api/v1/nodes/00000000-0000-7000-8000-000000000009", HttpStatusCode.NotFound, "NODE_UNKNOWN", "node_id")]
    [InlineData("/api/v1/nodes?page.size=x", HttpStatusCode.BadRequest, "FIELD_FORMAT", "page.size")]
    [InlineData("/api/v1/nowhere", HttpStatusCode.NotFound, "OBJECT_UNKNOWN", null)]
    [InlineData("/api/v1/commands/c1", HttpStatusCode.NotImplemented, "NOT_BUILT", null)]
    public async Task Refusal_IsAProblem(string path, HttpStatusCode status, string reason, string? field)
    {
        using var client = console.Operator();

        var problem = await client.GetAsync(path, Cancelled).ProblemAsync(status, reason);

        Assert.Equal(field, problem["field"]?.GetValue<string>());
    }

    [Theory]
    [InlineData("GET", "/api/v1/nodes/", "node_id")]
    [InlineData("GET", "/api/v1/nodes//agents", "node_id")]
    [InlineData("POST", "/api/v1/nodes/node-1/agents/:restart", "agent_id")]
    [InlineData("POST", "/api/v1/nodes/node-1/agents/game:", "operation")]
    [InlineData("GET", "/api/v1/nodes/node-1/agents//logs", "agent_id")]
    [InlineData("GET", "/api/v1/commands/", "command_id")]
    public async Task EmptyVariableInThePath_IsARequiredField(string verb, string path, string field)
    {
        using var client = console.Operator();
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);

        var problem = await client.SendAsync(request, Cancelled).ProblemAsync(HttpStatusCode.BadRequest, Reasons.FieldRequired);

        Assert.Equal(field, problem["field"]!.GetValue<string>());
    }

    [Fact]
    public async Task RefusalOfTheService_KeepsReasonFieldAndDelay()
    {
        using var client = console.Operator();
        console.Mesh.Refusal = new Failure(FailureKind.Busy, Reasons.QueueFull, "The queue is full.") { RetryAfter = TimeSpan.FromSeconds(1.5), Field = "node_id" };

        using var response = await client.PostAsync($"/api/v1/nodes/{FakeNodes.NodeId}/agents/game:restart", null, Cancelled);
        console.Mesh.Refusal = null;

        Assert.Equal("2", response.Headers.GetValues("Retry-After").Single());
        var problem = await Task.FromResult(response).ProblemAsync(HttpStatusCode.TooManyRequests, Reasons.QueueFull);
        Assert.Equal((1500, "node_id"), (problem["retry_after_ms"]!.GetValue<int>(), problem["field"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Operation_ComesFromThePathAndTellsItsTrace()
    {
        using var client = console.Operator();

        using var response = await client.PostAsJsonAsync($"/api/v1/nodes/{FakeNodes.NodeId}/agents/game:restart", new { idempotency_key = "k1" }, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(32, response.Headers.GetValues("opsmesh-trace").Single().Length);
        var request = (OperateAgentRequest)console.Mesh.Requests["OperateAgent"];
        Assert.Equal(("game", "restart", "k1"), (request.AgentId, request.Operation, request.IdempotencyKey));
    }

    [Theory]
    [InlineData("text/plain", "{}", "content-type")]
    [InlineData("application/json", "{", "body")]
    public async Task UnreadableBody_IsRefused(string contentType, string body, string field)
    {
        using var client = console.Operator();
        using var content = new StringContent(body, Encoding.UTF8, contentType);

        var problem = await client.PostAsync($"/api/v1/nodes/{FakeNodes.NodeId}/agents/game:stop", content, Cancelled)
            .ProblemAsync(HttpStatusCode.BadRequest, Reasons.FieldFormat);

        Assert.Equal(field, problem["field"]!.GetValue<string>());
    }

    [Fact]
    public async Task BodyBeyondTheLimit_IsTooLarge()
    {
        using var client = console.Operator();
        using var content = new StringContent($$"""{"idempotency_key":"{{new string('k', 2 * 1024 * 1024)}}"}""", Encoding.UTF8, "application/json");

        await client.PostAsync($"/api/v1/nodes/{FakeNodes.NodeId}/agents/game:stop", content, Cancelled)
            .ProblemAsync(HttpStatusCode.RequestEntityTooLarge, Reasons.MessageTooLarge);
    }

    [Fact]
    public async Task WrongMethod_IsAProblem()
    {
        using var client = console.Operator();

        await client.DeleteAsync("/api/v1/nodes", Cancelled).ProblemAsync(HttpStatusCode.MethodNotAllowed, Reasons.OperationUnknown);
    }

    [Fact]
    public async Task SidecarAway_ReadsGoDirectAndChangesDoNot()
    {
        await using var alone = new ConsoleUnderTest();
        await alone.InitializeAsync();
        using var client = alone.Operator();
        alone.Mesh.DaprIsDown = true;

        var nodes = await client.GetAsync("/api/v1/nodes", Cancelled).JsonAsync();
        await client.PostAsync($"/api/v1/nodes/{FakeNodes.NodeId}/agents/game:stop", null, Cancelled)
            .ProblemAsync(HttpStatusCode.ServiceUnavailable, Reasons.ServiceUnavailable);

        Assert.Equal(3, nodes["nodes"]!.AsArray().Count);
        Assert.IsType<ListNodesRequest>(alone.Mesh.Requests["ListNodes"]);
        Assert.False(alone.Mesh.Requests.ContainsKey("OperateAgent"));
    }
}
