using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using OpsMesh.Console.Problems;
using OpsMesh.Console.Transcoding;
using OpsMesh.Contracts.Options.V1;
using OpsMesh.Hosting;

namespace OpsMesh.Console.Backends;

/// <summary>Calls in the name of an operator: the bearer goes along, and the service judges it.</summary>
internal sealed partial class BackendCalls(IBackends backends, TimeProvider clock, Dependencies dependencies, ILogger<BackendCalls> logger)
{
    /// <summary>OperateAgent waits up to 25 s for its outcome; everything else is far quicker.</summary>
    public static readonly TimeSpan UnaryLimit = TimeSpan.FromSeconds(30);

    private const string Sidecar = "sidecar";

    /// <exception cref="RpcException">The service, or something on the way to it, refused.</exception>
    public async Task<IMessage> CallAsync(MethodDescriptor method, IMessage request, Metadata headers, CancellationToken cancellationToken)
    {
        var appId = AppIds.Of(method.File.Package);
        try
        {
            var answer = await CallAsync(backends.ThroughDapr(appId), method, request, headers, cancellationToken);
            dependencies.Report(Sidecar, ok: true, "");
            return answer;
        }
        catch (RpcException exception) when (NeverArrived(exception) && IsRead(method) && backends.Direct(appId) is not null)
        {
            // A read may be sent again another way; a change may not, since it could have arrived.
            if (dependencies.Report(Sidecar, ok: false, exception.Status.Detail))
            {
                LogDirect(appId, exception.Status.Detail);
            }

            return await CallAsync(backends.Direct(appId)!, method, request, headers, cancellationToken);
        }
    }

    /// <summary>Streams go direct: a retry policy of a sidecar would deliver their messages again.</summary>
    public AsyncServerStreamingCall<IMessage> Stream(MethodDescriptor method, IMessage request, Metadata headers, CancellationToken cancellationToken)
    {
        var appId = AppIds.Of(method.File.Package);
        var options = new CallOptions(headers, cancellationToken: cancellationToken);
        if (backends.Direct(appId) is { } direct)
        {
            return direct.AsyncServerStreamingCall(RpcMethods.Of(method), null, options, request);
        }

        headers.Add("dapr-stream", "true");
        return backends.ThroughDapr(appId).AsyncServerStreamingCall(RpcMethods.Of(method), null, options, request);
    }

    private async Task<IMessage> CallAsync(
        CallInvoker invoker, MethodDescriptor method, IMessage request, Metadata headers, CancellationToken cancellationToken)
    {
        var due = clock.GetUtcNow().UtcDateTime + UnaryLimit;
        using var call = invoker.AsyncUnaryCall(RpcMethods.Of(method), null, new CallOptions(headers, due, cancellationToken), request);
        return await call.ResponseAsync;
    }

    /// <summary>UNAVAILABLE from no service of ours: the sidecar is away, or it found nobody to give the call to.</summary>
    private static bool NeverArrived(RpcException exception) => exception.StatusCode == StatusCode.Unavailable && !exception.IsTyped();

    private static bool IsRead(MethodDescriptor method) => method.GetOptions()?.GetExtension(OptionsExtensions.Policy)?.ReadOnly == true;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Dapr does not reach {AppId} ({Detail}); reads go direct.")]
    private partial void LogDirect(string appId, string detail);
}
