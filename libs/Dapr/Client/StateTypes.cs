namespace Dapr.Client;

public enum ConcurrencyMode
{
    FirstWrite,
    LastWrite,
}

public enum ConsistencyMode
{
    Eventual,
    Strong,
}

public enum StateOperationType
{
    Upsert,
    Delete,
}

/// <summary>How a write treats what is stored; null leaves the choice to the store.</summary>
public class StateOptions
{
    public ConsistencyMode? Consistency { get; set; }

    public ConcurrencyMode? Concurrency { get; set; }
}

/// <summary>One operation of a state transaction. <c>value</c> is sent as it is.</summary>
public sealed class StateTransactionRequest(
    string key,
    byte[]? value,
    StateOperationType operationType,
    string? etag = null,
    IReadOnlyDictionary<string, string>? metadata = null,
    StateOptions? options = null)
{
    // A field, not a property, in the official package too.
#pragma warning disable CA1051 // Source compatibility
    public StateOptions? Options = options;
#pragma warning restore CA1051

    public string Key { get; } = string.IsNullOrEmpty(key) ? throw new ArgumentException("The value cannot be null or empty", nameof(key)) : key;

#pragma warning disable CA1819 // Source compatibility
    public byte[]? Value { get; set; } = value;
#pragma warning restore CA1819

    public StateOperationType? OperationType { get; set; } = operationType;

    public string? ETag { get; set; } = etag;

    public IReadOnlyDictionary<string, string>? Metadata { get; set; } = metadata;
}
