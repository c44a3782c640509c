using System.ComponentModel.DataAnnotations;

namespace OpsMesh.Reach;

/// <summary>Configuration section <c>Reach</c>.</summary>
public sealed class ReachOptions
{
    public const string Section = "Reach";

    /// <summary>Ways of unary calls and commands, the preferred one first. Empty: dapr, direct.</summary>
    public IList<Way> UnaryWays { get; } = [];

    /// <summary>Ways of streams, the preferred one first. Empty: direct, dapr.</summary>
    public IList<Way> StreamWays { get; } = [];

    /// <summary>
    /// Address ranges (CIDR) that the direct way may connect to. Empty: with Dev loopback and private ranges, otherwise none.
    /// </summary>
    public IList<string> AllowedRanges { get; } = [];

    /// <summary>How long an address is used without reading it anew; 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan RememberNode { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Deadline of a unary call that has none of its own; 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan UnaryDeadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection attempt of the direct way may take; 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ConnectWithin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the first message of a stream may take; 10 s. Streams begin with a message of their own.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan FirstMessageWithin { get; set; } = TimeSpan.FromSeconds(10);

    internal IEnumerable<Way> Order(Traffic traffic) => traffic == Traffic.Stream
        ? Or(StreamWays, Way.Direct, Way.Dapr)
        : Or(UnaryWays, Way.Dapr, Way.Direct);

    private static IEnumerable<Way> Or(IList<Way> configured, params Way[] otherwise) =>
        configured.Count > 0 ? configured.Distinct() : otherwise;
}
