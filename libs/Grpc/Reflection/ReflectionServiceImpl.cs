using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;

namespace Grpc.Reflection;

/// <summary>Version v1alpha of the reflection protocol: the messages of v1 in another package, so they are read as those.</summary>
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
            var question = V1.ServerReflectionRequest.Parser.ParseFrom(requestStream.Current.ToByteString());
            var answer = ServerReflectionResponse.Parser.ParseFrom(_answers().Answer(question).ToByteString());
            await responseStream.WriteAsync(answer, context.CancellationToken);
        }
    }

    private static Func<ReflectionAnswers> Always(ReflectionAnswers answers) => () => answers;
}
