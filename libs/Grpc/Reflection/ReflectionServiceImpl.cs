using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;
using static Grpc.Reflection.V1Alpha.ServerReflectionRequest;

namespace Grpc.Reflection;

/// <summary>Version v1alpha of the reflection protocol.</summary>
public class ReflectionServiceImpl : ServerReflection.ServerReflectionBase
{
    private readonly Func<ReflectionAnswers> _answers;

    public ReflectionServiceImpl(IEnumerable<string> services, SymbolRegistry symbolRegistry)
        : this(Always(new(services, symbolRegistry)))
    {
    }

    public ReflectionServiceImpl(IEnumerable<ServiceDescriptor> serviceDescriptors)
        : this(Always(ReflectionAnswers.Of(serviceDescriptors)))
    {
    }

    public ReflectionServiceImpl(params ServiceDescriptor[] serviceDescriptors)
        : this((IEnumerable<ServiceDescriptor>)serviceDescriptors)
    {
    }

    internal ReflectionServiceImpl(Func<ReflectionAnswers> answers) => _answers = answers;

    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var request = requestStream.Current;
            var response = Answer(_answers(), request);
            response.ValidHost = request.Host;
            response.OriginalRequest = request;
            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }

    private static Func<ReflectionAnswers> Always(ReflectionAnswers answers) => () => answers;

    private static ServerReflectionResponse Answer(ReflectionAnswers answers, ServerReflectionRequest request)
    {
        switch (request.MessageRequestCase)
        {
            case MessageRequestOneofCase.ListServices:
                return new()
                {
                    ListServicesResponse = new() { Service = { answers.Services.Select(name => new ServiceResponse { Name = name }) } },
                };
            case MessageRequestOneofCase.FileByFilename:
                return Files(answers.File(request.FileByFilename), request.FileByFilename);
            case MessageRequestOneofCase.FileContainingSymbol:
                return Files(answers.Symbol(request.FileContainingSymbol), request.FileContainingSymbol);
            case MessageRequestOneofCase.FileContainingExtension:
                var extension = request.FileContainingExtension;
                return Files(
                    answers.Extension(extension.ContainingType, extension.ExtensionNumber),
                    $"{extension.ContainingType} extension {extension.ExtensionNumber}");
            case MessageRequestOneofCase.AllExtensionNumbersOfType:
                var type = request.AllExtensionNumbersOfType;
                return answers.ExtensionNumbers(type) is { } numbers
                    ? new() { AllExtensionNumbersResponse = new() { BaseTypeName = type, ExtensionNumber = { numbers } } }
                    : NotFound(type);
            default:
                return Error((int)StatusCode.Unimplemented, "The request names no question that this server knows.");
        }
    }

    private static ServerReflectionResponse Files(IReadOnlyList<Google.Protobuf.ByteString>? files, string what) =>
        files is null ? NotFound(what) : new() { FileDescriptorResponse = new() { FileDescriptorProto = { files } } };

    private static ServerReflectionResponse NotFound(string what)
    {
        var (code, text) = ReflectionAnswers.NotFound(what);
        return Error(code, text);
    }

    private static ServerReflectionResponse Error(int code, string text) =>
        new() { ErrorResponse = new() { ErrorCode = code, ErrorMessage = text } };
}
