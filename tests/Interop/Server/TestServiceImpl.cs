using Grpc.Core;
using OpsMesh.Interop.Contract;

namespace OpsMesh.Interop.Server;

internal sealed class TestServiceImpl(TimeProvider clock) : TestService.TestServiceBase
{
    public override Task<Empty> EmptyCall(Empty request, ServerCallContext context) => Task.FromResult(new Empty());

    public override async Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context)
    {
        RequestCompression.Check(request.ExpectCompressed, context);
        await BeginAsync(context, request.ResponseCompressed?.Value ?? false);
        ThrowIfAsked(request.ResponseStatus);
        return new SimpleResponse { Payload = Payloads.Zeros(request.ResponseSize) };
    }

    public override async Task StreamingOutputCall(
        StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await BeginAsync(context, request.ResponseParameters.Any(p => p.Compressed?.Value ?? false));
        ThrowIfAsked(request.ResponseStatus);
        await AnswerAsync(request, responseStream, context);
    }

    public override async Task<StreamingInputCallResponse> StreamingInputCall(IAsyncStreamReader<StreamingInputCallRequest> requestStream, ServerCallContext context)
    {
        await BeginAsync(context, compressing: false);
        var size = 0;
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            RequestCompression.Check(requestStream.Current.ExpectCompressed, context);
            size += requestStream.Current.Payload?.Body.Length ?? 0;
        }

        return new StreamingInputCallResponse { AggregatedPayloadSize = size };
    }

    public override async Task FullDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await BeginAsync(context, compressing: false);
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            ThrowIfAsked(requestStream.Current.ResponseStatus);
            await AnswerAsync(requestStream.Current, responseStream, context);
        }
    }

    /// <summary>Sends back the metadata that asks for it, and announces compression.</summary>
    private static async Task BeginAsync(ServerCallContext context, bool compressing)
    {
        var headers = new Metadata();
        foreach (var echo in context.RequestHeaders.Where(h => h.Key == Payloads.EchoInitial))
        {
            headers.Add(echo);
        }

        if (compressing)
        {
            headers.Add(Payloads.EncodingRequest, WitnessedGzip.Name);
        }

        if (headers.Count > 0)
        {
            await context.WriteResponseHeadersAsync(headers);
        }

        foreach (var echo in context.RequestHeaders.Where(h => h.Key == Payloads.EchoTrailing))
        {
            context.ResponseTrailers.Add(echo);
        }
    }

    private static void ThrowIfAsked(EchoStatus? status)
    {
        if (status is not null && status.Code != 0)
        {
            throw new RpcException(new((StatusCode)status.Code, status.Message));
        }
    }

    private async Task AnswerAsync(StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responses, ServerCallContext context)
    {
        foreach (var wanted in request.ResponseParameters)
        {
            if (wanted.IntervalUs > 0)
            {
                await Task.Delay(TimeSpan.FromMicroseconds(wanted.IntervalUs), clock, context.CancellationToken);
            }

            responses.WriteOptions = wanted.Compressed?.Value ?? true ? WriteOptions.Default : new WriteOptions(WriteFlags.NoCompress);
            await responses.WriteAsync(new() { Payload = Payloads.Zeros(wanted.Size) }, context.CancellationToken);
        }
    }
}
