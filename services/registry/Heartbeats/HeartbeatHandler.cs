using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using OpsMesh.Contracts.Registry.V1;

namespace OpsMesh.Registry.Heartbeats;

/// <summary>Takes heartbeats, in memory. The time of receipt counts for liveness; the node's own clock only shows its skew.</summary>
internal sealed partial class HeartbeatHandler(
    SessionTable sessions, HeartbeatIntervals intervals, IOptions<HeartbeatOptions> options, TimeProvider clock, ILogger<HeartbeatHandler> logger)
{
    private const int LongestStatus = 256;

    /// <returns>
    /// When to send the next one; or "register again" for a session that is not known here or was succeeded; or Invalid (status longer
    /// than 256 characters).
    /// </returns>
    public Outcome<HeartbeatResponse> Handle(string nodeId, HeartbeatRequest request)
    {
        if (request.Status.Length > LongestStatus)
        {
            return new Failure(FailureKind.Invalid, Reasons.OutOfRange, $"status has more than {LongestStatus} characters.") { Field = "status" };
        }

        var now = clock.GetUtcNow();
        var session = sessions.Find(nodeId);
        if (session is null || session.View.Epoch != request.SessionEpoch)
        {
            return new HeartbeatResponse
            {
                Success = false,
                Message = "The session is not known here; register again.",
                RegisterAgain = true,
                NextInterval = intervals.Next().ToDuration(),
                ServerTime = now.ToTimestamp(),
            };
        }

        var skew = SkewOf(request.Timestamp, now);
        var granted = intervals.Next();
        var fresh = session.TryBeat(request.Seq, clock.GetTimestamp(), now, granted, skew, request.Status);
        if (fresh && skew.Duration() > options.Value.SkewFlag)
        {
            LogSkew(nodeId, skew);
        }

        return new HeartbeatResponse
        {
            Success = true,
            Message = fresh ? "" : "Ignored: not newer than the last heartbeat.",
            NextInterval = (fresh ? granted : session.View.Granted).ToDuration(),
            ServerTime = now.ToTimestamp(),
        };
    }

    /// <summary>Server clock minus node clock. Absurd times are cut to what a duration can hold; no heartbeat is refused for them.</summary>
    private static TimeSpan SkewOf(long nodeSeconds, DateTimeOffset now)
    {
        const long Limit = 100L * 365 * 24 * 3600;
        var seconds = now.ToUnixTimeSeconds() - (decimal)nodeSeconds; // long would overflow
        return TimeSpan.FromSeconds((long)Math.Clamp(seconds, -Limit, Limit));
    }

    [LoggerMessage(LogLevel.Warning, "The clock of node {NodeId} is off by {Skew}")]
    private partial void LogSkew(string nodeId, TimeSpan skew);
}
