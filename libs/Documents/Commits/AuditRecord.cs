namespace OpsMesh.DocumentStore;

/// <summary>Who did what to whom, kept with the act itself.</summary>
/// <param name="Actor"><c>operator:name</c>, <c>node:id</c>, <c>service:name</c>, <c>local:root</c>.</param>
/// <param name="Action">Full name of the RPC, or of what the service did by itself.</param>
/// <param name="Target">Node, agent or other id.</param>
/// <param name="Decision"><c>allowed</c>, or the reason of the refusal.</param>
public sealed record AuditRecord(string Actor, string Action, string Target, string Decision);
