using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpsMesh.Hosting;

namespace OpsMesh.Access;

/// <summary>Looks at <c>access:version</c> twice a second, so that a new or withdrawn token counts within that time on every replica.</summary>
internal sealed partial class OperatorTokenPoller(
    IAccessState state, OperatorTokens tokens, Dependencies dependencies, TimeProvider clock, ILogger<OperatorTokenPoller> logger) : BackgroundService
{
    private const string HexDigits = "0123456789abcdef";
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            do
            {
                await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host would call it a failure while it is still starting.
        }
    }

    internal async Task LookAsync(CancellationToken stoppingToken)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var due = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, limit.Token);
        try
        {
            await ReadAsync(due.Token);
            if (dependencies.Report("access", ok: true, ""))
            {
                LogBack(tokens.Version ?? 0);
            }
        }
#pragma warning disable CA1031 // The loop must outlive every way in which a store can be away; the age of what is known decides then.
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (dependencies.Report("access", ok: false, "the state store does not answer; known tokens count for 15 minutes"))
            {
                LogAway(exception.GetBaseException().Message);
            }
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var seenAt = clock.GetTimestamp();
        var version = await ReadVersionAsync(cancellationToken);
        if (version == tokens.Version)
        {
            tokens.Confirm(seenAt);
            return;
        }

        var entries = new List<TokenEntry>();
        foreach (var digit in HexDigits)
        {
            var part = await state.ReadAsync<TokensDocument>(TokensDocument.Key(digit), cancellationToken);
            entries.AddRange(part?.Tokens ?? []);
        }

        // Parts of two versions are no version: then the next look reads again.
        if (await ReadVersionAsync(cancellationToken) == version)
        {
            tokens.Replace(version, entries, seenAt);
        }
    }

    /// <summary>A store that was never written to has version 0 and no tokens.</summary>
    private async Task<long> ReadVersionAsync(CancellationToken cancellationToken) =>
        (await state.ReadAsync<VersionDocument>(VersionDocument.Key, cancellationToken))?.Version ?? 0;

    [LoggerMessage(Level = LogLevel.Information, Message = "The state store answers again; access version {Version}.")]
    private partial void LogBack(long version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Access cannot be read, and known tokens count for 15 minutes: {Problem}")]
    private partial void LogAway(string problem);
}
