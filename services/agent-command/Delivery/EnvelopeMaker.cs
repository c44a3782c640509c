using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using OpsMesh.AgentCommand.Ledger;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Identity;

namespace OpsMesh.AgentCommand.Delivery;

/// <summary>Signs a stored command for its node. A re-offer carries the same payload, signed anew with the key of the day.</summary>
internal sealed class EnvelopeMaker(EnvelopeSigner signer)
{
    public CommandEnvelope Make(CommandDocument command)
    {
        var payload = new CommandPayload
        {
            CommandId = command.CommandId,
            NodeId = command.NodeId,
            Principal = command.Principal,
            IssuedAt = command.AcceptedAt.ToTimestamp(),
            Ttl = Duration.FromTimeSpan(TimeSpan.FromSeconds(command.TtlSeconds)),
            RunTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(command.RunTimeoutSeconds)),
            Traceparent = command.Traceparent ?? "",
            Operate = new OperateAgentAction
            {
                AgentId = command.AgentId,
                Operation = command.Operation,
                Generation = command.Generation,
            },
        }.ToByteArray();

        return new CommandEnvelope
        {
            Payload = ByteString.CopyFrom(payload),
            Signature = ByteString.CopyFrom(signer.Sign(payload)),
            SignerChain = { signer.Chain.Select(certificate => ByteString.CopyFrom(certificate)) },
        };
    }
}
