using Google.Protobuf;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Daemon.Sessions;
using OpsMesh.Identity;

namespace OpsMesh.Daemon.Commands;

/// <summary>
/// What stands between a command and this node: signed by agent-command, meant for this node, complete. Refusals: ENVELOPE_REQUIRED,
/// COMMAND_SIGNATURE_INVALID, FIELD_FORMAT, ENVELOPE_AUDIENCE, and by <see cref="CheckFresh"/> COMMAND_EXPIRED.
/// </summary>
internal sealed class EnvelopeGate(string nodeId, EnvelopeVerifier verifier, ServerClock serverClock)
{
    public Outcome<CommandPayload> Open(CommandEnvelope? envelope)
    {
        if (envelope is null || envelope.Payload.IsEmpty)
        {
            return new Failure(FailureKind.Denied, Reasons.EnvelopeRequired, "A command needs the envelope that agent-command signed.") { Field = "envelope" };
        }

        var verdict = verifier.Verify(envelope.Payload.Span, envelope.Signature.Span, [.. envelope.SignerChain.Select(c => c.Memory)]);
        if (verdict != EnvelopeVerdict.Valid)
        {
            return new Failure(FailureKind.Denied, Reasons.CommandSignatureInvalid, $"The envelope is not one of agent-command: {Describe(verdict)}.") { Field = "envelope.signature" };
        }

        CommandPayload payload;
        try
        {
            payload = CommandPayload.Parser.ParseFrom(envelope.Payload.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldFormat, "The envelope's payload is no command.") { Field = "envelope.payload" };
        }

        if (payload.NodeId != nodeId)
        {
            return new Failure(FailureKind.Denied, Reasons.EnvelopeAudience, "The command is meant for another node.") { Field = "envelope.payload" };
        }

        return payload.CommandId.Length is > 0 and <= 64
            ? payload
            : new Failure(FailureKind.Invalid, Reasons.FieldRequired, "The command has no id.") { Field = "envelope.payload" };
    }

    /// <returns>Null when it may still be taken on, by the server's clock as this node knows it.</returns>
    public Failure? CheckFresh(CommandPayload payload) => CommandExpiry.At(payload) is var end && serverClock.Now <= end
        ? null
        : new Failure(FailureKind.Conflict, Reasons.CommandExpired, $"The command could be taken on until {end:u}.");

    private static string Describe(EnvelopeVerdict verdict) => verdict switch
    {
        EnvelopeVerdict.NotSigned => "it is not signed",
        EnvelopeVerdict.ForeignSigner => "its signer is not of this mesh",
        EnvelopeVerdict.WrongSigner => "its signer may not command nodes",
        EnvelopeVerdict.ExpiredSigner => "its signer's certificate is not valid now",
        _ => "its signature is wrong",
    };
}
