using System.ComponentModel.DataAnnotations;

namespace OpsMesh.AgentCommand.Sessions;

/// <summary>Configuration section <c>Sessions</c>.</summary>
internal sealed class SessionOptions
{
    public const string Section = "Sessions";

    /// <summary>Between two pings; a session without a pong for two and a half of them ends. 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a new stream may stay without its hello. 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan HelloWithin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Between Draining and the end of the stream by this side. 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:20")]
    public TimeSpan DrainGrace { get; set; } = TimeSpan.FromSeconds(2);
}
