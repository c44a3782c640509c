using System.Globalization;
using Grpc.Core;
using Microsoft.Extensions.Primitives;
using OpsMesh.Sidecar.Errors;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>How a proxied call ends, in the words of the application or of this sidecar.</summary>
/// <param name="Fields">Everything that the last frame holds, the status too.</param>
internal sealed record ProxyEnd(StatusCode Code, IReadOnlyList<KeyValuePair<string, StringValues>> Fields)
{
    public static ProxyEnd Of(ProxyRefusal refusal) => Of(refusal.Code, refusal.Message);

    public static ProxyEnd Of(StatusCode code, string message) =>
        new(code, [new("grpc-status", ((int)code).ToString(CultureInfo.InvariantCulture)), new("grpc-message", PercentEncoding.Encode(message))]);
}
