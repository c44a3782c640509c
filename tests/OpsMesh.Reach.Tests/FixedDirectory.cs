namespace OpsMesh.Reach;

/// <summary>Answers the first document when a remembered one will do, the last when a fresh one is asked for.</summary>
internal sealed class FixedDirectory(params NodeDocument[] documents) : INodeDirectory
{
    public Task<Outcome<NodeDocument>> FindAsync(string nodeId, bool fresh, CancellationToken cancellationToken) =>
        Task.FromResult<Outcome<NodeDocument>>(documents.Length == 0 ? NodeFailures.Unknown(nodeId) : fresh ? documents[^1] : documents[0]);
}
