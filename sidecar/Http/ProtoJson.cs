using System.Text;
using Google.Protobuf;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.State;

namespace OpsMesh.Sidecar.Http;

/// <summary>Bodies that daprd reads as the JSON form of a protobuf message: names in either form, numbers as texts, unknown members ignored.</summary>
internal static class ProtoJson
{
    private const string Prefix = "failed deserializing HTTP body: ";
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public static async Task<T> ReadAsync<T>(HttpContext context, AppSidecar app)
        where T : IMessage<T>, new()
    {
        var body = await RequestBody.ReadAsync(context, app.Plan.MaxBodyBytes) ?? throw StateErrors.Malformed(Prefix + "stream too large");
        if (body.IsEmpty)
        {
            return new T();
        }

        try
        {
            return Parser.Parse<T>(Encoding.UTF8.GetString(body.Span));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException or OverflowException or InvalidOperationException)
        {
            throw StateErrors.Malformed($"{Prefix}proto:\u00a0{e.Message}");
        }
    }
}
