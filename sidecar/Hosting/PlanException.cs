namespace OpsMesh.Sidecar.Hosting;

/// <summary>The command line, the topology or a resource cannot be used; the message is for the person who wrote it.</summary>
internal sealed class PlanException(string message) : Exception(message);
