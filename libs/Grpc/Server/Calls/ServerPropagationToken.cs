using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

internal sealed class ServerPropagationToken(DateTime? deadline, CancellationToken cancellation) : ContextPropagationToken
{
    internal override DateTime? Deadline => deadline;

    internal override CancellationToken Cancellation => cancellation;
}
