using Google.Protobuf;
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

    /// <summary>Their messages differ in nothing but the package, so every answer is the same to the byte.</summary>
    [Fact]
    public async Task BothVersions_AnswerAlike()
    {
        V1.ServerReflectionRequest[] questions =
        [
            new() { Host = "h", ListServices = "" },
            new() { FileByFilename = "test.proto" },
            new() { FileByFilename = "nothing.proto" },
            new() { FileContainingSymbol = "opsmesh.grpc.tests.EchoRequest.text" },
            new() { FileContainingExtension = new() { ContainingType = "opsmesh.grpc.tests.EchoRequest", ExtensionNumber = 7 } },
            new() { AllExtensionNumbersOfType = "opsmesh.grpc.tests.EchoRequest" },
            new() { AllExtensionNumbersOfType = "nothing" },
            new(),
        ];
        await using var server = await StartAsync();
        using var call = new V1.ServerReflection.ServerReflectionClient(server.Channel()).ServerReflectionInfo(cancellationToken: Token);
        using var alpha = new V1Alpha.ServerReflection.ServerReflectionClient(server.Channel()).ServerReflectionInfo(cancellationToken: Token);

        foreach (var question in questions)
        {
            var answer = await AskAsync(call, question);
            await alpha.RequestStream.WriteAsync(V1Alpha.ServerReflectionRequest.Parser.ParseFrom(question.ToByteArray()), Token);
            Assert.True(await alpha.ResponseStream.MoveNext(Token));

            Assert.Equal(answer.ToByteArray(), alpha.ResponseStream.Current.ToByteArray());
            Assert.NotEqual(V1.ServerReflectionResponse.MessageResponseOneofCase.None, answer.MessageResponseCase);
            Assert.Equal(question, answer.OriginalRequest);
        }
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
