using Grpc.Core;

namespace OpsMesh.Grpc.Tests.Routing;

/// <summary>A service without generated code.</summary>
[BindServiceMethod(typeof(OtherHostService), nameof(Bind))]
internal sealed class OtherHostService
{
    private static readonly Method<string, string> Method =
        new(MethodType.Unary, "opsmesh.grpc.tests.Other", "Say", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    public static void Bind(ServiceBinderBase binder, OtherHostService? service) =>
        binder.AddMethod(Method, service is null ? null : new UnaryServerMethod<string, string>(service.Say));

    public Task<string> Say(string request, ServerCallContext context) => Task.FromResult(request);
}
