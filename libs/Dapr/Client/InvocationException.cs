using Grpc.Core;

namespace Dapr.Client;

/// <summary>A service invocation failed; <see cref="Response"/> is null when no answer came.</summary>
public class InvocationException : DaprException
{
    public InvocationException(string appId, string methodName, Exception innerException, HttpResponseMessage? response)
        : base(Text(appId, methodName), innerException)
    {
        AppId = appId;
        MethodName = methodName;
        Response = response;
    }

    public InvocationException(string appId, string methodName, RpcException innerException)
        : this(appId, methodName, innerException, response: null)
    {
    }

    public string AppId { get; }

    public string MethodName { get; }

    public HttpResponseMessage? Response { get; }

    private static string Text(string appId, string methodName) =>
        $"An exception occurred while invoking method: '{methodName}' on app-id: '{appId}'";
}
