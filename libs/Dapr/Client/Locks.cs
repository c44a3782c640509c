using System.Diagnostics.CodeAnalysis;

namespace Dapr.Client;

/// <summary>A lock that was taken, or not. Disposing gives it back.</summary>
[Experimental(Diagnostics.Lock, UrlFormat = Diagnostics.LockPage)]
public sealed class TryLockResponse : IAsyncDisposable
{
    public bool Success { get; init; }

    public string ResourceId { get; init; } = null!;

    public string LockOwner { get; init; } = null!;

    public string StoreName { get; init; } = null!;

    /// <summary>Who took it; null: somebody made this object.</summary>
    internal DaprClient? Taker { get; init; }

    /// <summary>Through the client that took it. The official one makes a new client, which knows neither its endpoint nor its token.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Success)
        {
            return;
        }

        if (Taker is not null)
        {
            await Taker.Unlock(StoreName, ResourceId, LockOwner);
            return;
        }

        using var client = new DaprClientBuilder().Build();
        await client.Unlock(StoreName, ResourceId, LockOwner);
    }
}

public enum LockStatus
{
    Success,
    LockDoesNotExist,
    LockBelongsToOthers,
    InternalError,
}

public class UnlockResponse(LockStatus status)
{
#pragma warning disable IDE1006 // Its official name.
    public LockStatus status { get; set; } = status;
#pragma warning restore IDE1006
}
