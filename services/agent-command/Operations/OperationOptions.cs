using System.ComponentModel.DataAnnotations;

namespace OpsMesh.AgentCommand.Operations;

/// <summary>Configuration section <c>Operations</c>.</summary>
internal sealed class OperationOptions
{
    public const string Section = "Operations";

    /// <summary>How long a call waits for the end of its command before it answers PENDING. 25 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>Time after acceptance in which a node may take a command. 15 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Longest time a command may run once started. 10 min, at most 6 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "06:00:00")]
    public TimeSpan RunTimeout { get; set; } = TimeSpan.FromMinutes(10);
}
