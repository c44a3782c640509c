namespace OpsMesh.Identity;

/// <summary>An identity file is missing, damaged or does not fit the others; the message names it.</summary>
public sealed class IdentityException(string message, Exception? inner = null) : Exception(message, inner);
