namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>Knows the set-up of some recorded cases and plays them. Parts run side by side, so each has ports and folders of its own.</summary>
internal interface IReplayPart
{
    bool Takes(RecordedCase recorded);

    /// <param name="cases">Those it takes, in the order of their recording.</param>
    /// <param name="told">Takes what differs, once for each case; none: answered as recorded.</param>
    Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken);
}
