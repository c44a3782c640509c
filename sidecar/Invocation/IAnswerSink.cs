namespace OpsMesh.Sidecar.Invocation;

/// <summary>Hands an answer to the caller, in the caller's protocol.</summary>
internal interface IAnswerSink
{
    /// <summary>The caller has seen a part of an answer: it cannot be taken back.</summary>
    bool HasStarted { get; }

    Task WriteAsync(InvocationAnswer answer, CancellationToken cancellationToken);
}
