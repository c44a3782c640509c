using System.Diagnostics;
using OpenTelemetry;

namespace OpsMesh.Telemetry;

/// <summary>Names outgoing calls as people know them: SocketsHttpHandler calls every gRPC call "POST".</summary>
internal sealed class ClientSpanNames : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.Source.Name == "System.Net.Http"
            && data.GetTagItem("url.full") is string text
            && Uri.TryCreate(text, UriKind.Absolute, out var url)
            && url.AbsolutePath.Split('/') is [_, var service, var method]
            && service.Contains('.', StringComparison.Ordinal))
        {
            data.DisplayName = $"{service}/{method}";
            data.SetTag("rpc.system", "grpc").SetTag("rpc.service", service).SetTag("rpc.method", method);
        }
    }
}
