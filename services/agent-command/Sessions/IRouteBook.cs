namespace OpsMesh.AgentCommand.Sessions;

/// <summary>Which replica holds a node's stream, for others to find it. A hint.</summary>
internal interface IRouteBook
{
    /// <returns>The new route_epoch: +1 per stream of this node; or Unavailable (STORE_UNAVAILABLE).</returns>
    Task<Outcome<ulong>> ClaimAsync(string nodeId, CancellationToken cancellationToken);
}
