using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Ledger;

/// <summary>
/// What may become of a command. States only go forward, a final one stays. Each method answers the changed command, or null when
/// nothing changes.
/// </summary>
internal static class CommandMachine
{
    /// <summary>A node that was silent for that long after an offer never answers again.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(7);

    public static bool IsFinal(CommandState state) => state is >= CommandState.Succeeded and <= CommandState.Unknown;

    /// <summary>The command is about to leave for its node.</summary>
    public static CommandDocument? Offer(CommandDocument command, DateTimeOffset now) =>
        command.State == CommandState.Accepted && now < command.ExpiresAt
            ? command with { State = CommandState.Offered, OfferedAt = now }
            : null;

    /// <summary>The node said how far it is. Reports come late, twice and out of order; times that are missing here are still taken.</summary>
    public static CommandDocument? Report(CommandDocument command, CommandProgress report)
    {
        if (command.IsFinal || !IsReportable(report.State))
        {
            return null;
        }

        var merged = command with
        {
            ReceivedAt = command.ReceivedAt ?? report.ReceivedAt?.ToDateTimeOffset(),
            StartedAt = command.StartedAt ?? report.StartedAt?.ToDateTimeOffset(),
            State = report.State > command.State ? report.State : command.State,
        };
        if (IsFinal(merged.State))
        {
            merged = merged with { Outcome = report.Outcome, Message = report.Message, FinishedAt = report.FinishedAt?.ToDateTimeOffset() };
        }

        return merged == command ? null : merged;
    }

    /// <summary>
    /// Its time to live has passed. An offer may sit in a socket's buffer, so an offered command expires only once the node has
    /// confirmed that it never journalled it: otherwise it could be both executed and expired.
    /// </summary>
    public static CommandDocument? Expire(CommandDocument command, bool nodeNeverTookIt, DateTimeOffset now)
    {
        if (now < command.ExpiresAt)
        {
            return null;
        }

        return command.State == CommandState.Accepted || (command.State == CommandState.Offered && nodeNeverTookIt)
            ? End(command, CommandState.Expired, Reasons.CommandExpired, "Its time to live passed before the node took it.", now)
            : null;
    }

    /// <summary>The node refused to take it.</summary>
    public static CommandDocument? Refuse(CommandDocument command, Failure refusal, DateTimeOffset now)
    {
        if (command.State is not (CommandState.Accepted or CommandState.Offered))
        {
            return null;
        }

        var state = refusal.Reason == Reasons.CommandExpired ? CommandState.Expired : CommandState.Failed;
        return End(command, state, refusal.Reason, refusal.Message, now);
    }

    /// <summary>The node never answered again.</summary>
    public static CommandDocument? GiveUp(CommandDocument command, DateTimeOffset now) =>
        !command.IsFinal && command.State != CommandState.Accepted && now >= command.AcceptedAt + GiveUpAfter
            ? End(command, CommandState.Unknown, Reasons.NodeUnreachable, "The node never answered again.", now)
            : null;

    private static CommandDocument End(CommandDocument command, CommandState state, string outcome, string message, DateTimeOffset now) =>
        command with { State = state, Outcome = outcome, Message = message, FinishedAt = now };

    // Accepted and Offered are this side's, Unknown is said about a node, not by it.
    private static bool IsReportable(CommandState state) =>
        state is >= CommandState.Received and <= CommandState.Expired;
}
