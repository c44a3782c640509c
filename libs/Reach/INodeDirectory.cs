namespace OpsMesh.Reach;

/// <summary>Where nodes are, as registry wrote it.</summary>
public interface INodeDirectory
{
    /// <param name="fresh">True reads the store even when a recent answer is at hand.</param>
    /// <returns>The node; or NotFound (NODE_UNKNOWN), Unavailable (STORE_UNAVAILABLE).</returns>
    Task<Outcome<NodeDocument>> FindAsync(string nodeId, bool fresh, CancellationToken cancellationToken);
}
