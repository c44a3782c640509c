using Grpc.Core;

namespace OpsMesh.Access;

public static class CallerExtensions
{
    private static readonly object Key = new();

    /// <summary>The caller that the policy of this method let in.</summary>
    /// <exception cref="InvalidOperationException">No policy was applied; the call is not one of a server with AddAccess.</exception>
    public static Caller GetCaller(this ServerCallContext context) =>
        context.UserState.TryGetValue(Key, out var caller)
            ? (Caller)caller
            : throw new InvalidOperationException($"'{context.Method}' was called without a policy check.");

    /// <summary>The node that calls, for methods that only nodes may call.</summary>
    /// <exception cref="InvalidOperationException">The caller is no node: the method's policy admits others.</exception>
    public static string GetNodeId(this ServerCallContext context) =>
        context.GetCaller().NodeId ?? throw new InvalidOperationException($"'{context.Method}' was not called by a node.");

    /// <summary>For tests of handlers, which have no interceptor before them.</summary>
    public static void SetCaller(this ServerCallContext context, Caller caller) => context.UserState[Key] = caller;
}
