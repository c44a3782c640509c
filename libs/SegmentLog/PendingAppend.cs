namespace OpsMesh.Segments;

/// <summary>A record on its way to the file, or (<see cref="IsTrim"/>) a mark.</summary>
internal sealed class PendingAppend(byte recordClass, ReadOnlyMemory<byte> payload, bool sync, long trimBefore = 0)
{
    private readonly TaskCompletionSource<long> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public byte Class => recordClass;

    public ReadOnlyMemory<byte> Payload => payload;

    public bool Sync => sync;

    public long TrimBefore => trimBefore;

    public bool IsTrim => recordClass == SegmentFormat.TrimClass;

    /// <summary>Set by the writer.</summary>
    public long Seq { get; set; }

    public int Bytes => SegmentFormat.RecordHeadBytes + payload.Length;

    public Task<long> Done => _done.Task;

    public void Succeed() => _done.TrySetResult(Seq);

    public void Fail(Exception reason) => _done.TrySetException(reason);
}
