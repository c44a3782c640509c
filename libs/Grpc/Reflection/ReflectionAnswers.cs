using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using static Grpc.Reflection.V1.ServerReflectionRequest;

namespace Grpc.Reflection;

/// <summary>Answers the questions of both versions of the protocol, which differ in nothing but the package of their messages.</summary>
internal sealed class ReflectionAnswers(IEnumerable<string> services, SymbolRegistry symbols)
{
    private readonly string[] _services = [.. services.Distinct().Order(StringComparer.Ordinal)];

    public static ReflectionAnswers Of(IEnumerable<ServiceDescriptor> services)
    {
        var all = services.ToList();
        return new(all.Select(service => service.FullName), SymbolRegistry.FromFiles(all.Select(service => service.File)));
    }

    public ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = Find(request);
        response.ValidHost = request.Host;
        response.OriginalRequest = request;
        return response;
    }

    private ServerReflectionResponse Find(ServerReflectionRequest request)
    {
        switch (request.MessageRequestCase)
        {
            case MessageRequestOneofCase.ListServices:
                return new() { ListServicesResponse = new() { Service = { _services.Select(name => new ServiceResponse { Name = name }) } } };
            case MessageRequestOneofCase.FileByFilename:
                return Files(symbols.FileByName(request.FileByFilename), request.FileByFilename);
            case MessageRequestOneofCase.FileContainingSymbol:
                return Files(symbols.FileContainingSymbol(request.FileContainingSymbol), request.FileContainingSymbol);
            case MessageRequestOneofCase.FileContainingExtension:
                var (containing, number) = (request.FileContainingExtension.ContainingType, request.FileContainingExtension.ExtensionNumber);
                return Files(symbols.FileContainingExtension(containing, number), $"{containing} extension {number}");
            case MessageRequestOneofCase.AllExtensionNumbersOfType:
                var type = request.AllExtensionNumbersOfType;
                return symbols.ExtensionNumbers(type) is { } numbers
                    ? new() { AllExtensionNumbersResponse = new() { BaseTypeName = type, ExtensionNumber = { numbers } } }
                    : Error(StatusCode.NotFound, $"{type} not found");
            default:
                return Error(StatusCode.Unimplemented, "The request names no question that this server knows.");
        }
    }

    private static ServerReflectionResponse Files(FileDescriptor? file, string what) => file is null
        ? Error(StatusCode.NotFound, $"{what} not found")
        : new() { FileDescriptorResponse = new() { FileDescriptorProto = { WithDependencies(file) } } };

    private static ServerReflectionResponse Error(StatusCode code, string text) =>
        new() { ErrorResponse = new() { ErrorCode = (int)code, ErrorMessage = text } };

    private static List<ByteString> WithDependencies(FileDescriptor file)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var found = new List<ByteString>();
        Collect(file);
        return found;

        void Collect(FileDescriptor next)
        {
            if (names.Add(next.Name))
            {
                found.Add(next.SerializedData);
                foreach (var dependency in next.Dependencies)
                {
                    Collect(dependency);
                }
            }
        }
    }
}
