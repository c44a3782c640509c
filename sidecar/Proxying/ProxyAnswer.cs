using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using OpsMesh.Sidecar.Invocation;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>
/// Copies an application's answer. As daprd does, its headers leave only together with the first message; a call without any message
/// ends in one frame that holds the trailers.
/// </summary>
internal sealed class ProxyAnswer(ProxyCall call)
{
    private const string StatusName = "grpc-status";
    private const string MessageName = "grpc-message";
    private const string Encoding = "grpc-encoding";

    private bool _hasMessages;

    private HttpContext Context => call.Context;

    /// <summary>Writes the messages; the end is told and not written, for another attempt may follow.</summary>
    public async Task<ProxyEnd> CopyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return ProxyEnd.Of(CodeOf(response.StatusCode), await DescribeAsync(response, cancellationToken));
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var isGzip = response.Headers.NonValidated.TryGetValues(Encoding, out var encoding) && encoding.ToString() == "gzip";
        var refusal = call.ChangesAnswer(isGzip)
            ? await ConvertAsync(response, body, isGzip, cancellationToken)
            : await PassAsync(response, body, isGzip, cancellationToken);
        return refusal is null ? End(response) : ProxyEnd.Of(refusal);
    }

    public async Task FinishAsync(ProxyEnd end)
    {
        var answer = Context.Response;
        if (call.EndsBehindHeaders && !_hasMessages)
        {
            _hasMessages = true;
            answer.ContentType = TypeFor(Context.Request.ContentType);
            await answer.StartAsync(CancellationToken.None);
        }

        var fields = _hasMessages ? Context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers : answer.Headers;
        foreach (var (name, values) in end.Fields)
        {
            fields[name] = values;
        }

        // Always there, as grpc-go writes it; applications leave it out when they have nothing to say.
        fields.TryAdd(MessageName, "");
        if (!_hasMessages)
        {
            answer.StatusCode = StatusCodes.Status200OK;
            answer.ContentType = TypeFor(Context.Request.ContentType);
        }
    }

    private async Task<ProxyRefusal?> PassAsync(HttpResponseMessage response, Stream body, bool isGzip, CancellationToken cancellationToken)
    {
        var writer = Context.Response.BodyWriter;
        var scanner = new FrameScanner(call.MaxBytes, isGzip);
        int count;
        while ((count = await body.ReadAsync(writer.GetMemory(4_096), cancellationToken)) > 0)
        {
            var passed = scanner.Pass(writer.GetMemory(4_096).Span[..count]);
            if (passed > 0)
            {
                Begin(response, isGzip ? "gzip" : null);
                writer.Advance(passed);
                await writer.FlushAsync(cancellationToken);
            }

            if (scanner.Refusal is { } refusal)
            {
                return refusal;
            }
        }

        return scanner.IsWithin ? ProxyRefusal.CutOff : null;
    }

    private async Task<ProxyRefusal?> ConvertAsync(HttpResponseMessage response, Stream body, bool isGzip, CancellationToken cancellationToken)
    {
        var messages = new MessageReader(body, call.MaxBytes, isGzip);
        while (await messages.ReadAsync(cancellationToken) is { } message)
        {
            Begin(response, call.IsGzip ? "gzip" : null);
            await Context.Response.Body.WriteAsync(GzipMessages.Frame(message, call.IsGzip), cancellationToken);
            await Context.Response.Body.FlushAsync(cancellationToken);
        }

        return messages.Refusal;
    }

    private void Begin(HttpResponseMessage response, string? encoding)
    {
        if (_hasMessages)
        {
            return;
        }

        _hasMessages = true;
        var answer = Context.Response;
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            if (!IsHopByHop(name) && !name.Equals(Encoding, StringComparison.OrdinalIgnoreCase))
            {
                // Not appended: that drops a value that is empty.
                answer.Headers[name] = values.ToArray();
            }
        }

        if (encoding is not null)
        {
            answer.Headers[Encoding] = encoding;
        }

        foreach (var value in call.EchoedBaggage)
        {
            answer.Headers.Append("baggage", value);
        }

        answer.ContentType = TypeFor(Context.Request.ContentType);
    }

    private static ProxyEnd End(HttpResponseMessage response)
    {
        var trailers = response.TrailingHeaders.NonValidated;
        var fields = trailers.Contains(StatusName) ? trailers
            : response.Headers.NonValidated.Contains(StatusName) ? response.Headers.NonValidated
            : default;
        if (fields.Count == 0)
        {
            return ProxyEnd.Of(StatusCode.Internal, "server closed the stream without sending trailers");
        }

        return new ProxyEnd(
            int.TryParse(fields[StatusName].ToString(), out var code) ? (StatusCode)code : StatusCode.Unknown,
            [.. fields.Where(f => !IsHopByHop(f.Key)).Select(f => KeyValuePair.Create(f.Key, new StringValues(f.Value.ToArray())))]);
    }

    /// <summary>The subtype that the caller named, and not the application's.</summary>
    private static string TypeFor(string? asked) =>
        asked?.StartsWith("application/grpc+", StringComparison.Ordinal) == true ? asked : "application/grpc";

    private static async Task<string> DescribeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        const int Shown = 1_024;
        var type = response.Content.Headers.ContentType?.ToString() ?? "";
        var text = $"unexpected HTTP status code received from server: {(int)response.StatusCode} ({HttpCodes.Name((int)response.StatusCode)})";
        if (type.StartsWith("application/grpc", StringComparison.Ordinal))
        {
            return text;
        }

        var data = new byte[Shown];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var count = await body.ReadAtLeastAsync(data, Shown, throwOnEndOfStream: false, cancellationToken);
        var shown = System.Text.Encoding.UTF8.GetString(data, 0, count);
        return $"{text}; transport: received unexpected content-type {GoText.Quote(type)}{(count > 0 ? $"\ndata: {GoText.Quote(shown)}" : "")}";
    }

    private static StatusCode CodeOf(HttpStatusCode status) => (int)status switch
    {
        400 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.Unimplemented,
        429 or 502 or 503 or 504 => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    private static bool IsHopByHop(string name) =>
        name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("connection", StringComparison.OrdinalIgnoreCase)
        || name.Equals("content-length", StringComparison.OrdinalIgnoreCase)
        || name.Equals("date", StringComparison.OrdinalIgnoreCase);
}
