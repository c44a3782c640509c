namespace OpsMesh.Cli.Smoke;

/// <summary>A step saw something else than it should.</summary>
public sealed class SmokeException(string message) : Exception(message);
