using OpsMesh.Contracts.Common.V1;
using OpsMesh.Contracts.LogStreaming.V1;

namespace OpsMesh.LogStreaming.Tailing;

/// <summary>An operator's request in the words of the node, and a node's refusal in the words of the request.</summary>
internal static class LogQueries
{
    private const string Inside = "query.";

    public static LogQuery ToQuery(this GetAgentLogsRequest request)
    {
        var query = new LogQuery { AgentId = request.AgentId, Cursor = request.Cursor, Since = request.Since, Until = request.Until };
        if (request.HasStream)
        {
            query.Stream = request.Stream;
        }

        if (request.HasContains)
        {
            query.Contains = request.Contains;
        }
        else if (request.HasRegex)
        {
            query.Regex = request.Regex;
        }

        return query;
    }

    public static LogQuery ToQuery(this StreamAgentLogsRequest request)
    {
        var query = new LogQuery { AgentId = request.AgentId, Cursor = request.Cursor };
        if (request.HasStream)
        {
            query.Stream = request.Stream;
        }

        if (request.HasContains)
        {
            query.Contains = request.Contains;
        }
        else if (request.HasRegex)
        {
            query.Regex = request.Regex;
        }

        return query;
    }

    /// <summary>The node names fields of its own request; the caller knows them without the message around them.</summary>
    public static Failure AsOfRequest(this Failure failure) =>
        failure.Field?.StartsWith(Inside, StringComparison.Ordinal) == true ? failure with { Field = failure.Field[Inside.Length..] } : failure;
}
