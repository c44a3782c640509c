using Grpc.AspNetCore.Server.Calls;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

public static class ServerCallContextExtensions
{
    private const string UserStateKey = "__HttpContext";

    /// <exception cref="InvalidOperationException">The context comes from no HTTP request (a test may put one into UserState["__HttpContext"]).</exception>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext)
    {
        ArgumentNullException.ThrowIfNull(serverCallContext);
        return serverCallContext is HttpContextServerCallContext call ? call.HttpContext
            : serverCallContext.UserState.TryGetValue(UserStateKey, out var found) && found is HttpContext http ? http
            : throw new InvalidOperationException("Could not get HttpContext from ServerCallContext.");
    }
}
