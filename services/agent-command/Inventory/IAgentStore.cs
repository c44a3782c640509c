namespace OpsMesh.AgentCommand.Inventory;

internal interface IAgentStore
{
    /// <returns>Null when the node never synced; or Unavailable (STORE_UNAVAILABLE).</returns>
    Task<Outcome<AgentsDocument?>> FindAsync(string nodeId, CancellationToken cancellationToken);

    /// <summary>Commits the verdict's document and events together, if it has any.</summary>
    /// <param name="decide">Pure: it is asked again when the document changed meanwhile.</param>
    /// <returns>The verdict that holds; or Raced (CHANGED_MEANWHILE), Busy (SHED), Unavailable (STORE_UNAVAILABLE).</returns>
    Task<Outcome<SyncVerdict>> SyncAsync(string nodeId, Func<AgentsDocument?, SyncVerdict> decide, CancellationToken cancellationToken);
}
