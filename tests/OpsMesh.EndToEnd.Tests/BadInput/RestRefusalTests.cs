using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OpsMesh.EndToEnd.Mesh;

namespace OpsMesh.EndToEnd.BadInput;

public sealed class RestRefusalTests(MeshFixture mesh)
{
    private const string Stranger = "01980000-0000-7000-8000-000000000000";

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "nodes/" + Stranger, 404, "NODE_UNKNOWN", "node_id")]
    [InlineData("GET", "nodes/no-such-host", 404, "NODE_UNKNOWN", "node_id")]
    [InlineData("GET", "nodes/" + Stranger + "/agents", 404, "NODE_UNKNOWN", "node_id")]
    [InlineData("GET", "nodes?page.size=-1", 400, "OUT_OF_RANGE", "page.size")]
    [InlineData("GET", "nodes?page.size=1001", 400, "OUT_OF_RANGE", "page.size")]
    [InlineData("GET", "nodes?page.size=many", 400, "FIELD_FORMAT", "page.size")]
    [InlineData("GET", "nodes?page.cursor=%21", 400, "FIELD_FORMAT", "page.cursor")]
    [InlineData("GET", "nodes?colour=red", 400, "FIELD_FORMAT", "colour")]
    [InlineData("POST", "nodes/{0}/agents/game:explode", 400, "OPERATION_UNKNOWN", "operation")]
    [InlineData("POST", "nodes/{0}/agents/nobody:restart", 404, "AGENT_UNKNOWN", "agent_id")]
    [InlineData("POST", "nodes/{0}/agents/Not%20An%20Id:restart", 400, "NAME_CHARSET", "agent_id")]
    [InlineData("POST", "nodes/" + Stranger + "/agents/game:restart", 404, "NODE_UNKNOWN", "node_id")]
    [InlineData("POST", "nodes/{0}/agents/:restart", 400, "FIELD_REQUIRED", "agent_id")]
    [InlineData("POST", "nodes/{0}/agents/game:", 400, "FIELD_REQUIRED", "operation")]
    [InlineData("GET", "nodes/{0}/agents/nobody/logs", 404, "AGENT_UNKNOWN", "agent_id")]
    [InlineData("GET", "nodes/{0}/agents/chat/logs?lines=1001", 400, "OUT_OF_RANGE", "lines")]
    [InlineData("GET", "nodes/{0}/agents/chat/logs?lines=-1", 400, "OUT_OF_RANGE", "lines")]
    [InlineData("GET", "nodes/{0}/agents/chat/logs?regex=%5B", 400, "FIELD_FORMAT", "regex")]
    [InlineData("GET", "nodes/{0}/agents/chat/logs?cursor=here", 400, "FIELD_FORMAT", "cursor")]
    [InlineData("GET", "metrics:query?node_id={0}&type=cpu", 400, "FIELD_REQUIRED", "value_name")]
    [InlineData("GET", "commands/" + Stranger, 404, "COMMAND_UNKNOWN", "command_id")]
    public async Task BadInput_IsAProblemWithReasonAndField(string method, string path, int status, string reason, string? field)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "./" + path.Replace("{0}", mesh.Nodes[0], StringComparison.Ordinal));
        using var response = await mesh.Rest.SendAsync(request, TestEnd);

        var text = await response.Content.ReadAsStringAsync(TestEnd);
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal(reason, (string?)problem["reason"]);
        Assert.Equal(field, (string?)problem["field"]);
        Assert.Matches("^[0-9a-f]{32}$", (string?)problem["trace_id"]);
    }

    [Theory]
    [InlineData(null, "CREDENTIAL_MISSING")]
    [InlineData("nonsense", "TOKEN_FORMAT")]
    [InlineData("opm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "TOKEN_SIGNATURE")]
    public async Task WithoutAToken_NothingIsAnswered(string? token, string reason)
    {
        using var client = new HttpClient { BaseAddress = mesh.Rest.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, "nodes");
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        using var response = await client.SendAsync(request, TestEnd);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonNode>(TestEnd);
        Assert.Equal(reason, (string?)problem!["reason"]);
    }
}
