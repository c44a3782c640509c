namespace OpsMesh.Access;

/// <summary>Who may call methods whose proto is not ours and so carries no policy.</summary>
internal static class ForeignMethods
{
    /// <param name="fullName"><c>/package.Service/Method</c></param>
    /// <returns>Null for a method that nobody has decided about, or that only development may offer.</returns>
    public static MethodPolicy? Find(string fullName, bool dev)
    {
        var service = fullName.Split('/') is ["", var name, _] ? name : "";
        return service switch
        {
            "dapr.proto.runtime.v1.AppCallback" or "dapr.proto.runtime.v1.AppCallbackHealthCheck" or "dapr.proto.runtime.v1.AppCallbackAlpha"
                => MethodPolicy.Foreign(CallerKind.Sidecar),
            "grpc.health.v1.Health" => MethodPolicy.Foreign(CallerKind.Anyone),
            "grpc.reflection.v1.ServerReflection" or "grpc.reflection.v1alpha.ServerReflection" when dev => MethodPolicy.Foreign(CallerKind.Anyone),
            _ => null,
        };
    }
}
