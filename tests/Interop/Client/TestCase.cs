namespace OpsMesh.Interop.Client;

/// <summary>One case of the interop description.</summary>
internal sealed record TestCase(string Name, Func<InteropChannel, CancellationToken, Task> Run);
