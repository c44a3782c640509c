using System.Runtime.CompilerServices;
using Grpc.Core;
using OpsMesh.Grpc.Tests.Hostile;

namespace OpsMesh.Grpc.Tests.Client;

/// <summary>A caller who has left a call looks at nothing of it any more: no failure of it is unobserved.</summary>
[Collection(Alone.Name)]
public sealed class UnobservedTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MethodType.Unary, false)]
    [InlineData(MethodType.ClientStreaming, false)]
    [InlineData(MethodType.ClientStreaming, true)]
    [InlineData(MethodType.ServerStreaming, false)]
    [InlineData(MethodType.DuplexStreaming, false)]
    [InlineData(MethodType.DuplexStreaming, true)]
    public async Task DisposedOfCall_LeavesNoUnobservedFailure(MethodType kind, bool retries)
    {
        await using var server = await PlainServer.StartAsync(service => service
            .OnUnary(async (_, context) => await HangAsync(context))
            .OnClientStream(async (_, context) => await HangAsync(context))
            .OnServerStream(async (_, _, context) => await HangAsync(context))
            .OnDuplex(async (_, _, context) => await HangAsync(context)));
        var invoker = server.Channel(options =>
        {
            if (retries)
            {
                RetryPolicies.Add(options);
            }
        }).CreateCallInvoker();
        Collect();
        var unobserved = new List<string>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs failure) => unobserved.Add(failure.Exception.ToString());
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            for (var i = 0; i < 5; i++)
            {
                await LeaveAsync(invoker, kind);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
            Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.Empty(unobserved);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task LeaveAsync(CallInvoker invoker, MethodType kind)
    {
        using IDisposable call = kind switch
        {
            MethodType.Unary => invoker.AsyncUnaryCall(PlainServer.Unary, null, default, ""),
            MethodType.ClientStreaming => invoker.AsyncClientStreamingCall(PlainServer.ClientStream, null, default),
            MethodType.ServerStreaming => invoker.AsyncServerStreamingCall(PlainServer.ServerStream, null, default, ""),
            _ => invoker.AsyncDuplexStreamingCall(PlainServer.Duplex, null, default),
        };
        await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, Token);
    }

    private static async Task<string> HangAsync(ServerCallContext context)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
        return "";
    }

    private static void Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
