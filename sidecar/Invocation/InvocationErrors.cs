using Grpc.Core;
using OpsMesh.Sidecar.Errors;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>How service invocation words its refusals. Unknown routes are one of them: daprd looks for an app id in them.</summary>
internal static class InvocationErrors
{
    public static ApiException NoAppId() => new(
        "ERR_DIRECT_INVOKE", 404, StatusCode.NotFound, "failed getting app id either from the URL path or the header dapr-app-id");

    public static ApiException Failed(string appId, string problem) => new(
        "ERR_DIRECT_INVOKE", 500, StatusCode.Internal, $"failed to invoke, id: {appId}, err: {problem}");
}
