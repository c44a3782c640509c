using System.ComponentModel.DataAnnotations;

namespace OpsMesh.AgentCommand.Delivery;

/// <summary>Configuration section <c>Delivery</c>.</summary>
internal sealed class DeliveryOptions
{
    public const string Section = "Delivery";

    /// <summary>A command that is not final after this time gets its state written in between. 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan InterimAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>First delay between two offers of a command; doubles. 100 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan ShortestDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest delay between two offers of a command to a node that has a session. 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:05:00")]
    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>When a node comes back, how long the next of its commands waits for the former to be received. 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan ReceivedWithin { get; set; } = TimeSpan.FromSeconds(2);
}
