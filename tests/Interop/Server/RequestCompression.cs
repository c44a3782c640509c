using Grpc.Core;
using OpsMesh.Interop.Contract;

namespace OpsMesh.Interop.Server;

/// <summary>Whether the message that a handler has just read came compressed.</summary>
internal static class RequestCompression
{
    private static readonly object Key = new();

    /// <summary>Runs inside the call, where the accessor knows it.</summary>
    public static WitnessedGzip Provider(IHttpContextAccessor accessor) => new(() => accessor.HttpContext?.Items[Key] = true);

    /// <exception cref="RpcException">INVALID_ARGUMENT: the message is not what its sender says.</exception>
    public static void Check(BoolValue? expected, ServerCallContext context)
    {
        var compressed = context.GetHttpContext().Items.Remove(Key);
        if (expected is not null && expected.Value != compressed)
        {
            throw new RpcException(new(StatusCode.InvalidArgument, compressed ? "The message came compressed." : "The message came plain."));
        }
    }
}
