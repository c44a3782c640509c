using Microsoft.Extensions.Hosting;

namespace OpsMesh.DocumentStore.Sidecar;

internal static class DaprSetup
{
    public static void AddDapr(this IHostApplicationBuilder builder) => throw new NotSupportedException($"{builder}");
}
