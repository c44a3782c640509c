using Dapr.Client.Autogen.Grpc.v1;
using OpsMesh.Sidecar.Apps;

namespace OpsMesh.Sidecar.Http;

/// <summary>The lock API over HTTP.</summary>
internal static class LockEndpoints
{
    public static async Task LockAsync(HttpContext context, AppSidecar app, string store)
    {
        var request = await ProtoJson.ReadAsync<TryLockRequest>(context, app);
        var success = await app.Locks.TryLockAsync(store, request.ResourceId, request.LockOwner, request.ExpiryInSeconds);
        await Answers.WriteJsonAsync(context, success ? "{\"success\":true}"u8.ToArray() : "{\"success\":false}"u8.ToArray());
    }

    public static async Task UnlockAsync(HttpContext context, AppSidecar app, string store)
    {
        var request = await ProtoJson.ReadAsync<UnlockRequest>(context, app);
        var status = await app.Locks.UnlockAsync(store, request.ResourceId, request.LockOwner);
        await Answers.WriteJsonAsync(context, System.Text.Encoding.ASCII.GetBytes($"{{\"status\":{status:D}}}"));
    }
}
