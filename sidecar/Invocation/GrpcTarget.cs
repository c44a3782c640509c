using Dapr.AppCallback.Autogen.Grpc.v1;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Primitives;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>Calls an application that speaks gRPC: OnInvoke.</summary>
internal static class GrpcTarget
{
    public static async Task<InvocationAnswer> SendAsync(Invocation invocation, InvocationTarget target, AppCallback.AppCallbackClient callback, int maxBytes, CancellationToken cancellationToken)
    {
        using var call = callback.OnInvokeAsync(await MakeRequestAsync(invocation, cancellationToken), InvocationHeaders.ForGrpc(invocation, target), cancellationToken: cancellationToken);
        try
        {
            var headers = await call.ResponseHeadersAsync;
            var answer = await call.ResponseAsync;
            if (answer.CalculateSize() is var size && size > maxBytes)
            {
                throw new RpcException(new Status(StatusCode.ResourceExhausted, $"grpc: received message larger than max ({size} vs. {maxBytes})"));
            }

            return new InvocationAnswer
            {
                Headers = Written(headers),
                ContentType = answer.ContentType,
                Body = new MemoryStream((answer.Data?.Value ?? ByteString.Empty).ToByteArray()),
                Trailers = call.GetTrailers(),
            };
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            return new InvocationAnswer { Refusal = e, Trailers = e.Trailers };
        }
    }

    private static async Task<InvokeRequest> MakeRequestAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.IsTooLarge)
        {
            throw new InvocationException(new TooLargeException().Message);
        }

        var body = invocation.Body;
        if (invocation.Streamed is { } stream)
        {
            var whole = new MemoryStream();
            try
            {
                await stream.CopyToAsync(whole, cancellationToken);
            }
            catch (TooLargeException e)
            {
                throw new InvocationException(e.Message, e);
            }

            body = whole.ToArray();
        }

        var request = new InvokeRequest { Method = invocation.Method.Text, Data = new Any { Value = ByteString.CopyFrom(body.Span) }, ContentType = invocation.ContentType };
        if (invocation.Verb is { } verb)
        {
            request.HttpExtension = new HTTPExtension
            {
                Verb = System.Enum.TryParse<HTTPExtension.Types.Verb>(verb, ignoreCase: true, out var known) ? known : HTTPExtension.Types.Verb.None,
                Querystring = invocation.Query,
            };
        }

        return request;
    }

    private static KeyValuePair<string, StringValues>[] Written(Metadata headers) =>
        [.. headers.GroupBy(h => h.Key).Select(g => KeyValuePair.Create(g.Key, new StringValues([.. g.Select(e => e.IsBinary ? Convert.ToBase64String(e.ValueBytes) : e.Value)])))];
}
