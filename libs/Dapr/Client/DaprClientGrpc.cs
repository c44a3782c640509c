using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Wire = Dapr.Client.Autogen.Grpc.v1;

namespace Dapr.Client;

/// <summary>The client over gRPC; only health and HTTP invocation use the HTTP API.</summary>
internal sealed partial class DaprClientGrpc(
    GrpcChannel channel, Wire.Dapr.DaprClient client, HttpClient http, Uri httpEndpoint, JsonSerializerOptions json, string? token)
    : DaprClient
{
    public override JsonSerializerOptions JsonSerializerOptions => json;

    public override HttpClient CreateInvokableHttpClient(string? appId = null) => CreateInvokeHttpClient(appId, httpEndpoint.AbsoluteUri, token);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            channel.Dispose();
            http.Dispose();
        }

        base.Dispose(disposing);
    }

    private CallOptions Options(CancellationToken cancellationToken) => new(CallHeaders.Create(token), cancellationToken: cancellationToken);

    /// <summary>Runs one call and gives its failure the exception that callers of the official client expect.</summary>
    private static async Task<T> CallAsync<T>(string operation, AsyncUnaryCall<T> call)
    {
        using (call)
        {
            try
            {
                return await call.ResponseAsync;
            }
            catch (RpcException e)
            {
                throw Failed(operation, e);
            }
        }
    }

    private static DaprException Failed(string operation, RpcException e) =>
        new($"{operation} operation failed: the Dapr endpoint indicated a failure. See InnerException for details.", e);

    private ByteString ToJson<T>(T value) => UnsafeByteOperations.UnsafeWrap(JsonSerializer.SerializeToUtf8Bytes(value, json));

    private T FromJson<T>(ByteString data)
    {
        if (data.IsEmpty)
        {
            return default!;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(data.Span, json)!;
        }
        catch (JsonException e)
        {
            throw new DaprException("State operation failed: the state payload could not be deserialized. See InnerException for details.", e);
        }
    }
}
