using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Proxying;

namespace OpsMesh.Sidecar.Peers;

/// <summary>
/// The internal port: calls that another process of this sidecar has let in and passes on. As with a daprd without mTLS, whoever reaches
/// the port is believed; it is on the loopback interface.
/// </summary>
internal sealed class PeerPort(GrpcProxy proxy, Mesh mesh)
{
    public Task HandleAsync(HttpContext context, AppSidecar callee)
    {
        var headers = context.Request.Headers;
        // The last: those before it the client itself may have sent.
        var caller = headers[ProxyHeaders.Caller] is [.., { Length: > 0 } name] ? name : "unknown";
        headers.Remove(ProxyHeaders.Caller);
        headers.Remove(ProxyHeaders.Callee);
        return proxy.HandleAsync(context, mesh.Peers!.Caller(caller), callee.Plan.AppId);
    }
}
