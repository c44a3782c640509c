using Grpc.Core;
using OpsMesh.Interop.Contract;

namespace OpsMesh.Interop.Client.Cases;

internal static class StatusCases
{
    private const string Special = "\t\ntest with whitespace\r\nand Unicode BMP \u263A and non-BMP \U0001F608\t\n";

    public static async Task CodeAndMessageAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        const string Message = "test status message";
        await UnaryAsync(channel, Message, cancellationToken);
        var status = await Expect.FailureAsync(StatusCode.Unknown, async () =>
        {
            using var call = channel.Service.FullDuplexCall(cancellationToken: cancellationToken);
            await call.RequestStream.WriteAsync(new() { ResponseStatus = Wanted(Message) }, cancellationToken);
            await call.RequestStream.CompleteAsync();
            await StreamingCases.EndAsync(call.ResponseStream, cancellationToken);
        });

        Expect.Equal(Message, status.Detail, "the status message");
    }

    public static Task SpecialMessageAsync(InteropChannel channel, CancellationToken cancellationToken) => UnaryAsync(channel, Special, cancellationToken);

    public static Task UnimplementedMethodAsync(InteropChannel channel, CancellationToken cancellationToken) => Expect.FailureAsync(
        StatusCode.Unimplemented, () => channel.Service.UnimplementedCallAsync(new Empty(), cancellationToken: cancellationToken).ResponseAsync);

    public static Task UnimplementedServiceAsync(InteropChannel channel, CancellationToken cancellationToken) => Expect.FailureAsync(
        StatusCode.Unimplemented, () => channel.Unimplemented.UnimplementedCallAsync(new Empty(), cancellationToken: cancellationToken).ResponseAsync);

    private static async Task UnaryAsync(InteropChannel channel, string message, CancellationToken cancellationToken)
    {
        var status = await Expect.FailureAsync(StatusCode.Unknown, () => channel.Service.UnaryCallAsync(
            new SimpleRequest { ResponseStatus = Wanted(message) }, cancellationToken: cancellationToken).ResponseAsync);

        Expect.Equal(message, status.Detail, "the status message");
    }

    private static EchoStatus Wanted(string message) => new() { Code = (int)StatusCode.Unknown, Message = message };
}
