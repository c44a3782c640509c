using OpsMesh.Sidecar.Cel;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>Where matching events of a subscription go.</summary>
/// <param name="Match">Empty: every event.</param>
internal sealed record TopicRoute(string Match, string Path)
{
    private const int LongestMatch = 4_096;

    private readonly CelNode? _condition = Match.Length switch
    {
        0 => null,
        > LongestMatch => throw new CelException($"the expression is longer than {LongestMatch} characters"),
        _ => CelParser.Parse(Match),
    };

    /// <exception cref="CelException">The expression has no truth value for this event.</exception>
    public bool Takes(ReceivedEvent received) =>
        _condition is null || CelValues.Bool(_condition.Evaluate(new CelScope("event", CelValues.From(received.Members))));
}
