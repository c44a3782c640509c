using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.Daemon.Commands;

/// <summary>Until when a command may be taken on.</summary>
internal static class CommandExpiry
{
    private static readonly TimeSpan DefaultTimeToLive = TimeSpan.FromMinutes(15);

    /// <summary>On the server's clock. A command that does not say when it was issued has expired.</summary>
    public static DateTimeOffset At(CommandPayload payload)
    {
        if (payload.IssuedAt is null)
        {
            return DateTimeOffset.MinValue;
        }

        var life = payload.Ttl?.ToTimeSpan() ?? DefaultTimeToLive;
        return payload.IssuedAt.ToDateTimeOffset() + (life < TimeSpan.FromDays(30) ? life : TimeSpan.FromDays(30));
    }
}
