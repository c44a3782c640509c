using System.ComponentModel.DataAnnotations;

namespace OpsMesh.DocumentStore;

public sealed class DocumentsOptions
{
    public const string Section = "Documents";

    /// <summary>Dapr state component that holds the documents. Default statestore.</summary>
    [Required]
    public string StateStore { get; init; } = "statestore";

    /// <summary>Dapr pub/sub component that carries the events. Default pubsub.</summary>
    [Required]
    public string PubSub { get; init; } = "pubsub";

    /// <summary>Longest time one call of the state store may take. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Tries of a change that others race against. Default 5.</summary>
    [Range(1, 20)]
    public int MaxTries { get; init; } = 5;

    /// <summary>Pause after the first lost race, doubled each time, then full jitter. Default 10 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")]
    public TimeSpan RaceDelay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How long an idempotency key is remembered. Default 24 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan IdempotencyTimeToLive { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a slot whose outcome is unknown is left alone before it is read again. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Quarantine { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Life of a replica's lease. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:03", "00:10:00")]
    public TimeSpan LeaseTimeToLive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the lease is renewed and dead replicas are looked for. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan LeaseRenewal { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most slots that one SQL transaction moves. Default 256.</summary>
    [Range(1, 1024)]
    public int RelayBatch { get; init; } = 256;

    /// <summary>How often readers look for changes that no one in this process announced. Default 500 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan FollowPoll { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the projection remembers what was removed. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00")]
    public TimeSpan TombstoneRetention { get; init; } = TimeSpan.FromDays(7);
}
