using System.Text.Json;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.Json;
using OpsMesh.Sidecar.State;
using StateItem = OpsMesh.Sidecar.State.StateItem;
using WireItem = Dapr.Client.Autogen.Grpc.v1.StateItem;

namespace OpsMesh.Sidecar.Rpc;

internal sealed partial class DaprService
{
    public override Task<GetStateResponse> GetState(GetStateRequest request, ServerCallContext context) => AnswerAsync(context, async () =>
    {
        var state = AppOf(context).State;
        var found = await state.GetAsync(state.Find(request.StoreName), request.Key, context.CancellationToken);
        if (found is null)
        {
            return new GetStateResponse();
        }

        var answer = new GetStateResponse { Data = UnsafeByteOperations.UnsafeWrap(found.Value), Etag = found.ETag };
        foreach (var (name, value) in StateMetadata.Of(found))
        {
            answer.Metadata.Add(name, value);
        }

        return answer;
    });

    public override Task<GetBulkStateResponse> GetBulkState(GetBulkStateRequest request, ServerCallContext context) => AnswerAsync(context, async () =>
    {
        var state = AppOf(context).State;
        var store = state.Find(request.StoreName);
        var answer = new GetBulkStateResponse();
        foreach (var (key, read) in request.Keys.Zip(await state.GetAllAsync(store, request.Keys, context.CancellationToken)))
        {
            var item = new BulkStateItem { Key = key, Error = read.Error ?? "" };
            if (read.State is { } found)
            {
                item.Data = UnsafeByteOperations.UnsafeWrap(found.Value);
                item.Etag = found.ETag;
                foreach (var (name, value) in StateMetadata.Of(found))
                {
                    item.Metadata.Add(name, value);
                }
            }

            answer.Items.Add(item);
        }

        return answer;
    });

    public override Task<Empty> SaveState(SaveStateRequest request, ServerCallContext context) => AnswerAsync(context, async () =>
    {
        var state = AppOf(context).State;
        var store = state.Find(request.StoreName);
        if (request.States.Any(s => s.Key.Length == 0))
        {
            throw StateErrors.EmptyKey();
        }

        await state.SaveAsync(store, [.. request.States.Select(s => ToItem(s, parsesJson: true))], context.CancellationToken);
        return Nothing;
    });

    public override Task<Empty> DeleteState(DeleteStateRequest request, ServerCallContext context) => AnswerAsync(context, async () =>
    {
        var state = AppOf(context).State;
        var item = new StateItem(request.Key) { ETag = request.Etag?.Value, IsFirstWrite = IsFirstWrite(request.Options), IsLastWrite = IsLastWrite(request.Options), Metadata = request.Metadata.AsReadOnly() };
        await state.DeleteAsync(state.Find(request.StoreName), item, context.CancellationToken);
        return Nothing;
    });

    public override Task<Empty> DeleteBulkState(DeleteBulkStateRequest request, ServerCallContext context) => AnswerAsync(context, async () =>
    {
        var state = AppOf(context).State;
        var store = state.Find(request.StoreName);
        await state.DeleteAllAsync(store, [.. request.States.Select(s => ToItem(s, parsesJson: false))], context.CancellationToken);
        return Nothing;
    });

    public override Task<Empty> ExecuteStateTransaction(ExecuteStateTransactionRequest request, ServerCallContext context) => AnswerAsync(context, async () =>
    {
        var state = AppOf(context).State;
        var store = state.Find(request.StoreName);
        var operations = request.Operations.Select(o => (o.OperationType, ToItem(o.Request ?? new WireItem(), parsesJson: false))).ToArray();
        await state.TransactAsync(store, operations, context.CancellationToken);
        return Nothing;
    });

    public override Task<QueryStateResponse> QueryStateAlpha1(QueryStateRequest request, ServerCallContext context) => AnswerAsync(
        context,
        Task<QueryStateResponse> () => throw AppOf(context).State.RefuseQuery(request.StoreName, System.Text.Encoding.UTF8.GetBytes(request.Query)));

    private static StateItem ToItem(WireItem item, bool parsesJson)
    {
        var isJson = parsesJson && item.Metadata.TryGetValue("contentType", out var type) && type == "application/json";
        return new StateItem(item.Key)
        {
            Value = isJson ? Reparse(item.Value) : item.Value.Memory,
            IsText = isJson,
            ETag = item.Etag?.Value,
            IsFirstWrite = IsFirstWrite(item.Options),
            IsLastWrite = IsLastWrite(item.Options),
            Metadata = item.Metadata.AsReadOnly(),
        };
    }

    private static byte[] Reparse(ByteString value)
    {
        try
        {
            using var document = JsonDocument.Parse(value.Memory);
            return GoJson.Rewrite(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new ApiException("ERR_STATE_SAVE", 500, StatusCode.Unknown, e.Message) { GrpcDetails = [] };
        }
    }

    private static bool IsLastWrite(StateOptions? options) =>
        options?.Concurrency == StateOptions.Types.StateConcurrency.ConcurrencyLastWrite;

    private static bool IsFirstWrite(StateOptions? options) =>
        options?.Concurrency == StateOptions.Types.StateConcurrency.ConcurrencyFirstWrite;
}
