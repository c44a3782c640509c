using System.Security.Cryptography;
using System.Text;

namespace OpsMesh.AgentCommand.Operations;

/// <param name="Principal">Who asks, as audit shows it: <c>operator:name</c>.</param>
/// <param name="Generation">Generation that the caller saw; 0 for any.</param>
/// <param name="IdempotencyKey">Empty: the call is a command of its own.</param>
/// <param name="Deadline">When the caller stops waiting; null when it did not say.</param>
internal sealed record OperateAgent(
    string Principal, string NodeId, string AgentId, string Operation, ulong Generation, string IdempotencyKey, DateTimeOffset? Deadline)
{
    /// <summary>SHA-256 (hex) of everything that the idempotency key stands for.</summary>
    public string BodyHash() =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{NodeId}\n{AgentId}\n{Operation}\n{Generation}")));
}
