namespace Dapr.Common;

/// <summary>What the clients of single building blocks have in common.</summary>
public interface IDaprClient : IDisposable;
