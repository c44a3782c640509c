namespace Grpc.Net.Client.Calls;

/// <summary>Writes to the request's stream as soon as the connection has given one.</summary>
internal sealed class RequestStreamWriter<TRequest>(IRequestCall<TRequest> call, RequestStreamContent<TRequest> content)
    : MessageWriter<TRequest>(call)
    where TRequest : class
{
    public override async Task SendAsync(ReadOnlyMemory<byte> frame, bool flush)
    {
        var stream = await content.ClaimAsync().ConfigureAwait(false);
        content.MarkUsed();
        await stream.WriteAsync(frame, Call.Token).ConfigureAwait(false);
        if (flush)
        {
            await stream.FlushAsync(Call.Token).ConfigureAwait(false);
        }
    }

    public override void Complete() => content.Complete();
}
