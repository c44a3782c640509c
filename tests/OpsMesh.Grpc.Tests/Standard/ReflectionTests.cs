using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using V1 = Grpc.Reflection.V1;
using V1Alpha = Grpc.Reflection.V1Alpha;

namespace OpsMesh.Grpc.Tests.Standard;

public sealed class ReflectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task V1_ListsServicesAndGivesFiles()
    {
        await using var server = await StartAsync();
        using var call = new V1.ServerReflection.ServerReflectionClient(server.Channel()).ServerReflectionInfo(cancellationToken: Token);

        var list = await AskAsync(call, new() { ListServices = "" });
        var file = await AskAsync(call, new() { FileContainingSymbol = "opsmesh.grpc.tests.Echo.Unary" });
        var unknown = await AskAsync(call, new() { FileByFilename = "nothing.proto" });

        Assert.Contains("opsmesh.grpc.tests.Echo", list.ListServicesResponse.Service.Select(service => service.Name));
        Assert.Contains("grpc.reflection.v1.ServerReflection", list.ListServicesResponse.Service.Select(service => service.Name));
        var parsed = FileDescriptorProto.Parser.ParseFrom(file.FileDescriptorResponse.FileDescriptorProto[0]);
        Assert.Equal("test.proto", parsed.Name);
        Assert.Equal((int)StatusCode.NotFound, unknown.ErrorResponse.ErrorCode);
    }

    [Fact]
    public async Task V1Alpha_Answers()
    {
        await using var server = await StartAsync();
        using var call = new V1Alpha.ServerReflection.ServerReflectionClient(server.Channel()).ServerReflectionInfo(cancellationToken: Token);

        await call.RequestStream.WriteAsync(new() { ListServices = "" }, Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));

        Assert.NotEmpty(call.ResponseStream.Current.ListServicesResponse.Service);
    }

    private static async Task<V1.ServerReflectionResponse> AskAsync(
        AsyncDuplexStreamingCall<V1.ServerReflectionRequest, V1.ServerReflectionResponse> call, V1.ServerReflectionRequest question)
    {
        await call.RequestStream.WriteAsync(question, Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        return call.ResponseStream.Current;
    }

    private static Task<EchoServer> StartAsync() => EchoServer.StartAsync(
        configure: builder => builder.Services.AddGrpcReflection(), map: app => app.MapGrpcReflectionService());
}
