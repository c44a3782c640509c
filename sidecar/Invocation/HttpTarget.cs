using System.IO.Compression;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>Calls an application, or a server, that speaks HTTP.</summary>
internal static class HttpTarget
{
    /// <summary>Marks a request whose caller did not say what it can decode.</summary>
    private static readonly HttpRequestOptionsKey<bool> OwnEncoding = new("own-encoding");

    private static readonly string[] Verbs = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"];

    /// <exception cref="InvocationException">There is no answer.</exception>
    public static async Task<InvocationAnswer> SendAsync(Invocation invocation, InvocationTarget target, HttpMessageInvoker invoker, CancellationToken cancellationToken)
    {
        using var request = MakeRequest(invocation, target);
        var limit = target.App?.Channel?.Concurrency;
        if (limit is not null)
        {
            await limit.WaitAsync(cancellationToken);
        }

        try
        {
            var response = await invoker.SendAsync(request, cancellationToken);
            return await ReadAsync(response, request.Options.TryGetValue(OwnEncoding, out _), cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw Failed(invocation, target, request, e);
        }
        finally
        {
            limit?.Release();
        }
    }

    private static HttpRequestMessage MakeRequest(Invocation invocation, InvocationTarget target)
    {
        if (invocation.Verb is null)
        {
            throw target.Failed("rpc error: code = InvalidArgument desc = missing HTTP extension field");
        }

        if (!Verbs.Contains(invocation.Verb))
        {
            throw target.Failed("rpc error: code = InvalidArgument desc = invalid HTTP verb");
        }

        var origin = target.Endpoint?.BaseUrl ?? target.App!.Channel!.BaseAddress.ToString().TrimEnd('/');
        var path = invocation.Method.ToPath();
        var address = target.Endpoint is not null && path.Length == 0 ? origin : $"{origin}/{path}";
        if (invocation.Method.BrokenEscape is { } escape)
        {
            throw target.Failed($"parse \"{address}\": invalid URL escape {GoText.Quote(escape)}");
        }

        if (invocation.IsTooLarge)
        {
            throw target.Failed(GoText.Request(invocation.Verb, new Uri(address), new TooLargeException().Message));
        }

        var query = invocation.Query.Length > 0 ? "?" + invocation.Query : "";
        var request = new HttpRequestMessage(new HttpMethod(invocation.Verb), new Uri(address + query, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        var takesBody = invocation.Verb is "POST" or "PUT" or "PATCH";
        request.Content = invocation.Streamed is { } stream ? new StreamContent(stream)
            : takesBody || invocation.Body.Length > 0 ? new ReadOnlyMemoryContent(invocation.Body)
            : null;
        if (invocation.ContentType.Length > 0)
        {
            request.Content ??= new ByteArrayContent([]);
            request.Content.Headers.TryAddWithoutValidation("content-type", invocation.ContentType);
        }

        foreach (var (name, values) in InvocationHeaders.ForHttp(invocation, target))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content ??= new ByteArrayContent([]);
                request.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        if (invocation.Verb != "HEAD" && !request.Headers.NonValidated.Contains("accept-encoding"))
        {
            request.Headers.TryAddWithoutValidation("accept-encoding", "gzip");
            request.Options.Set(OwnEncoding, true);
        }

        return request;
    }

    private static async Task<InvocationAnswer> ReadAsync(HttpResponseMessage response, bool isOwnEncoding, CancellationToken cancellationToken)
    {
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .Select(h => KeyValuePair.Create(h.Key, new StringValues(h.Value.ToArray()))).ToList();
        var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (isOwnEncoding && response.Content.Headers.ContentEncoding.SequenceEqual(["gzip"]))
        {
            // The caller did not ask for it: this sidecar did.
            body = new GZipStream(body, CompressionMode.Decompress);
            headers.RemoveAll(h => h.Key.Equals("content-encoding", StringComparison.OrdinalIgnoreCase));
        }

        return new InvocationAnswer
        {
            HttpStatus = (int)response.StatusCode,
            Headers = headers,
            ContentType = response.Content.Headers.NonValidated.TryGetValues("content-type", out var type) ? type.ToString() : "",
            Body = body,
            Source = response,
        };
    }

    private static InvocationException Failed(Invocation invocation, InvocationTarget target, HttpRequestMessage request, Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case TooLargeException:
                    return new InvocationException(cause.Message, e);
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    var address = $"{request.RequestUri!.Host}:{request.RequestUri.Port}";
                    return target.Failed(GoText.Request(invocation.Verb!, request.RequestUri, $"dial tcp {address}: connect: connection refused"), e);
            }
        }

        var problem = e is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.SecureConnectionError } ? "EOF" : e.Message;
        return target.Failed(GoText.Request(invocation.Verb!, request.RequestUri!, problem), e);
    }
}
