using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace OpsMesh.Console.Backends;

/// <summary>Methods for calls without generated stubs: any RPC that has a descriptor can be called.</summary>
internal static class RpcMethods
{
    private static readonly ConcurrentDictionary<MethodDescriptor, Method<IMessage, IMessage>> Known = new();

    public static Method<IMessage, IMessage> Of(MethodDescriptor descriptor) => Known.GetOrAdd(descriptor, Make);

    private static Method<IMessage, IMessage> Make(MethodDescriptor descriptor) => new(
        descriptor.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary,
        descriptor.Service.FullName,
        descriptor.Name,
        Marshal(descriptor.InputType),
        Marshal(descriptor.OutputType));

    private static Marshaller<IMessage> Marshal(MessageDescriptor message) =>
        Marshallers.Create(value => value.ToByteArray(), bytes => message.Parser.ParseFrom(bytes));
}
