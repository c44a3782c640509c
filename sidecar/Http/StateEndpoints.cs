using System.Text.Json;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.State;

namespace OpsMesh.Sidecar.Http;

/// <summary>The state API over HTTP.</summary>
internal static class StateEndpoints
{
    private const string BodyPrefix = "failed deserializing HTTP body: ";

    public static async Task GetAsync(HttpContext context, AppSidecar app, string storeName, string key)
    {
        var store = app.State.Find(storeName);
        var found = await app.State.GetAsync(store, key, context.RequestAborted);
        if (found is null || (found.Value.IsEmpty && store.Store is InMemoryStateStore))
        {
            // An empty value of state.in-memory answers as if it were absent.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var headers = context.Response.Headers;
        if (found.ETag.Length > 0)
        {
            headers.ETag = found.ETag;
        }

        foreach (var (name, value) in StateMetadata.Of(found))
        {
            headers["metadata." + name] = value;
        }

        await Answers.WriteJsonAsync(context, found.Value);
    }

    public static async Task SaveAsync(HttpContext context, AppSidecar app, string storeName)
    {
        var store = app.State.Find(storeName);
        using var body = await RequestBody.ReadJsonAsync(context, app.Plan.MaxBodyBytes);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (body.RootElement.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (body.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw StateErrors.Malformed($"json: cannot unmarshal {StateJson.GoKind(body.RootElement)} into Go value of type []state.SetRequest");
        }

        var query = ApiPath.Metadata(context);
        StateItem[] items = [.. body.RootElement.EnumerateArray().Select(e => StateJson.ReadItem(e, query, BadOption))];
        if (items.Any(i => i.Key.Length == 0))
        {
            throw StateErrors.Malformed("\"key\" is a required field");
        }

        await app.State.SaveAsync(store, items, context.RequestAborted);

        ApiException BadOption(string problem) => StateErrors.Save(storeName, new StateStoreException(problem));
    }

    public static async Task DeleteAsync(HttpContext context, AppSidecar app, string storeName, string key)
    {
        var store = app.State.Find(storeName);
        var query = context.Request.Query;
        var isFirstWrite = query["concurrency"] == "first-write";
        if (store.Store.ChecksDeleteOptions)
        {
            StateJson.CheckConsistency(query["consistency"], BadOption);
            isFirstWrite = StateJson.IsFirstWrite(query["concurrency"], BadOption);
        }

        var item = new StateItem(key)
        {
            ETag = context.Request.Headers.IfMatch is [{ } tag, ..] ? tag : null,
            IsFirstWrite = isFirstWrite,
            IsLastWrite = query["concurrency"] == "last-write",
            Metadata = ApiPath.Metadata(context),
        };
        await app.State.DeleteAsync(store, item, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;

        ApiException BadOption(string problem) => StateErrors.Delete(key, new StateStoreException(problem));
    }

    public static async Task GetBulkAsync(HttpContext context, AppSidecar app, string storeName)
    {
        var store = app.State.Find(storeName);
        using var body = await RequestBody.ReadJsonAsync(context, app.Plan.MaxBodyBytes, BodyPrefix);
        if (body.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw StateErrors.Malformed($"{BodyPrefix}json: cannot unmarshal {StateJson.GoKind(body.RootElement)} into Go value of type http.BulkGetRequest");
        }

        if (StateJson.Member(body.RootElement, "parallelism") is { } parallelism && (parallelism.ValueKind != JsonValueKind.Number || !parallelism.TryGetInt64(out _)))
        {
            var given = parallelism.ValueKind == JsonValueKind.Number ? "number " + parallelism.GetRawText() : StateJson.GoKind(parallelism);
            throw StateErrors.Malformed($"{BodyPrefix}json: cannot unmarshal {given} into Go struct field BulkGetRequest.parallelism of type int");
        }

        var keys = ReadKeys(body.RootElement);
        var found = keys.Zip(await app.State.GetAllAsync(store, keys, context.RequestAborted)).ToArray();
        var answer = BulkStateJson.Write(found);
        if (answer.Length == 0)
        {
            context.Response.Headers.Remove("traceparent");
        }

        await Answers.WriteJsonAsync(context, answer);
    }

    public static async Task QueryAsync(HttpContext context, AppSidecar app, string storeName) =>
        throw app.State.RefuseQuery(storeName, await RequestBody.ReadAsync(context, app.Plan.MaxBodyBytes) ?? default);

    public static async Task TransactAsync(HttpContext context, AppSidecar app, string storeName)
    {
        var store = app.State.Find(storeName);
        using var body = await RequestBody.ReadJsonAsync(context, app.Plan.MaxBodyBytes, BodyPrefix);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (body.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw StateErrors.Malformed($"{BodyPrefix}json: cannot unmarshal {StateJson.GoKind(body.RootElement)} into Go value of type http.stateTransactionRequestBody");
        }

        var query = ApiPath.Metadata(context);
        List<(string Operation, StateItem Item)> operations = [];
        foreach (var operation in ReadOperations(body.RootElement))
        {
            if (operation.ValueKind == JsonValueKind.Null)
            {
                throw StateErrors.UnknownOperation("");
            }

            var name = StateJson.Member(operation, "operation") is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";
            operations.Add((name, ReadRequest(operation, query)));
        }

        await app.State.TransactAsync(store, operations, context.RequestAborted);
    }

    private static StateItem ReadRequest(JsonElement operation, Dictionary<string, string> query) => StateJson.Member(operation, "request") switch
    {
        null => new StateItem("") { IsText = true, Value = "null"u8.ToArray() },
        { ValueKind: JsonValueKind.Object } request => StateJson.ReadItem(request, query, StateErrors.Transaction, NotDecodable),
        { } other => throw StateErrors.Malformed($"{BodyPrefix}'' expected a map, got '{StateJson.GoKind(other)}'"),
    };

    /// <summary>Requests of transactions go through another decoder than items of a save.</summary>
    private static ApiException NotDecodable(JsonElement value, string field)
    {
        var kind = value.ValueKind switch { JsonValueKind.Number => "float64", JsonValueKind.Array => "[]interface {}", JsonValueKind.Object => "map[string]interface {}", _ => "bool" };
        var name = field == "etag" ? "ETag" : string.Concat(field[..1].ToUpperInvariant(), field[1..]);
        return StateErrors.Malformed($"{BodyPrefix}1 error(s) decoding:\n\n* '{name}' expected type 'string', got unconvertible type '{kind}', value: '{GoText(value)}'");
    }

    private static string GoText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"map[{string.Join(' ', value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => $"{m.Name}:{GoText(m.Value)}"))}]",
        JsonValueKind.Array => $"[{string.Join(' ', value.EnumerateArray().Select(GoText))}]",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    private static string[] ReadKeys(JsonElement body)
    {
        if (StateJson.Member(body, "keys") is not { } keys)
        {
            return [];
        }

        return keys.ValueKind != JsonValueKind.Array
            ? throw StateErrors.Malformed($"{BodyPrefix}json: cannot unmarshal {StateJson.GoKind(keys)} into Go struct field BulkGetRequest.keys of type []string")
            : keys.EnumerateArray().Select(k => k.ValueKind == JsonValueKind.String
                ? k.GetString()!
                : throw StateErrors.Malformed($"{BodyPrefix}json: cannot unmarshal {StateJson.GoKind(k)} into Go struct field BulkGetRequest.keys of type string")).ToArray();
    }

    private static JsonElement.ArrayEnumerator ReadOperations(JsonElement body) => StateJson.Member(body, "operations") switch
    {
        null => default,
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray(),
        { } other => throw StateErrors.Malformed(
            $"{BodyPrefix}json: cannot unmarshal {StateJson.GoKind(other)} into Go struct field stateTransactionRequestBody.operations of type []http.stateTransactionRequestBodyOperation"),
    };
}
