using Google.Protobuf.Reflection;
using OpsMesh.Contracts.Options.V1;

namespace OpsMesh.Console.Transcoding;

/// <summary>One RPC that its options offer as REST.</summary>
/// <param name="Verb">GET, POST, PUT or DELETE.</param>
/// <param name="Route">Template below /api/v1, with path variables in braces.</param>
/// <param name="Body">Request field that the body fills; "*" for the whole request; empty for no body.</param>
internal sealed record RestMethod(MethodDescriptor Descriptor, Policy Policy, string Verb, RouteTemplate Route, string Body, Contracts.Options.V1.Stream Stream)
{
    /// <summary>Dapr app-id of the service that owns the RPC.</summary>
    public string AppId { get; } = AppIds.Of(Descriptor.File.Package);

    public MessageDescriptor Request => Descriptor.InputType;

    public MessageDescriptor Response => Descriptor.OutputType;

    public bool IsStream => Stream != Contracts.Options.V1.Stream.Unspecified;
}
