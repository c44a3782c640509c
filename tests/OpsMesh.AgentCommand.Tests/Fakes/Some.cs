using OpsMesh.AgentCommand.Ledger;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Fakes;

/// <summary>Valid objects that a test changes in the one point it is about.</summary>
internal static class Some
{
    public const string Node = "01890a5d-ac96-774b-bcce-b302099a8057";
    public const string OtherNode = "01890a5d-ac96-774b-bcce-b302099a8058";
    public const string Agent = "game";
    public const string CommandId = "01890a5d-ac96-774b-bcce-000000000001";

    public static readonly DateTimeOffset Noon = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static CommandDocument Command(CommandState state = CommandState.Offered, string id = CommandId) => new()
    {
        CommandId = id,
        NodeId = Node,
        AgentId = Agent,
        Operation = "restart",
        Principal = "operator/ann",
        AcceptedAt = Noon,
        TtlSeconds = 900,
        RunTimeoutSeconds = 600,
        State = state,
    };

    public static AgentState AgentState(string id = Agent, AgentStatus status = AgentStatus.Running, ulong generation = 1) => new()
    {
        AgentId = id,
        Type = "game-server",
        Status = status,
        Pid = status == AgentStatus.Running ? 4711 : 0,
        Generation = generation,
        Health = AgentHealth.None,
    };

    public static CommandProgress Progress(CommandState state, string outcome = "", string id = CommandId) => new()
    {
        CommandId = id,
        State = state,
        Outcome = outcome,
    };
}
