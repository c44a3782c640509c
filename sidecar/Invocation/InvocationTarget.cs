using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Endpoints;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>Who answers: an application of the mesh, or a server outside of it.</summary>
internal sealed record InvocationTarget(AppSidecar? App, HttpEndpointResource? Endpoint, bool IsSelf)
{
    private const string OfAppChannel = "rpc error: code = Internal desc = error invoking app channel: ";

    /// <summary>An answer comes from another application of the mesh.</summary>
    public bool IsRemote => App is not null && !IsSelf;

    /// <exception cref="InvocationException">There is no such target, or it takes no calls.</exception>
    public static InvocationTarget Find(Mesh mesh, AppSidecar caller, string id)
    {
        if (id.Length == 0)
        {
            throw new InvocationException("app id is empty");
        }

        if (caller.Endpoints.GetValueOrDefault(id) is { } endpoint)
        {
            return new InvocationTarget(null, endpoint, IsSelf: false);
        }

        if (id.StartsWith("http://", StringComparison.Ordinal) || id.StartsWith("https://", StringComparison.Ordinal))
        {
            return new InvocationTarget(null, HttpEndpointResource.At(id), IsSelf: false);
        }

        if (id.Count(c => c == '.') > 1)
        {
            throw new InvocationException($"invalid app id {id}");
        }

        if (mesh.Find(id) is not { IsShutDown: false } app)
        {
            throw new InvocationException("no host found with the given ID");
        }

        return new InvocationTarget(app, null, ReferenceEquals(app, caller));
    }

    /// <summary>What a failure at the application looks like to the caller: the callee's sidecar wraps it once more.</summary>
    public InvocationException Failed(string problem, Exception? inner = null) => new(IsRemote ? OfAppChannel + problem : problem, inner);
}
