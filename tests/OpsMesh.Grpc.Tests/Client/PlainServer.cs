using Grpc.Core;
using Microsoft.AspNetCore.Builder;

namespace OpsMesh.Grpc.Tests.Client;

/// <summary>One method of each kind, on strings; what they do is each test's own.</summary>
internal static class PlainServer
{
    public static readonly Method<string, string> Unary = Of(MethodType.Unary);
    public static readonly Method<string, string> ClientStream = Of(MethodType.ClientStreaming);
    public static readonly Method<string, string> ServerStream = Of(MethodType.ServerStreaming);
    public static readonly Method<string, string> Duplex = Of(MethodType.DuplexStreaming);

    public static Task<EchoServer> StartAsync(Action<ServerServiceDefinition.Builder> define)
    {
        var definition = ServerServiceDefinition.CreateBuilder();
        define(definition);
        return EchoServer.StartAsync(map: app => app.MapGrpcService(definition.Build()));
    }

    public static ServerServiceDefinition.Builder OnUnary(
        this ServerServiceDefinition.Builder service, UnaryServerMethod<string, string> handler) => service.AddMethod(Unary, handler);

    public static ServerServiceDefinition.Builder OnClientStream(
        this ServerServiceDefinition.Builder service, ClientStreamingServerMethod<string, string> handler) =>
        service.AddMethod(ClientStream, handler);

    public static ServerServiceDefinition.Builder OnServerStream(
        this ServerServiceDefinition.Builder service, ServerStreamingServerMethod<string, string> handler) =>
        service.AddMethod(ServerStream, handler);

    public static ServerServiceDefinition.Builder OnDuplex(
        this ServerServiceDefinition.Builder service, DuplexStreamingServerMethod<string, string> handler) =>
        service.AddMethod(Duplex, handler);

    private static Method<string, string> Of(MethodType kind) =>
        new(kind, "test.Strings", $"{kind}", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
}
