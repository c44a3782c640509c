using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Kills;

/// <summary>Writers and publishers that go on whatever becomes of the sidecar, and write into the ledger what it acknowledged.</summary>
internal sealed class KillLoad(HttpClient http, KillLedger ledger)
{
    public const string Topic = "ledger";
    public const string PubSub = "bus";

    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(20);

    // A killed sidecar breaks the connection; one that hangs must not stop the load.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static IReadOnlyList<string> Stores { get; } = ["lite", "pg", "red"];

    public Task RunAsync(int writersPerStore, int publishers, CancellationToken stopping) => Task.WhenAll(
    [
        .. Stores.SelectMany(store => Enumerable.Range(0, writersPerStore).Select(i => WriteAsync(store, i, stopping))),
        .. Enumerable.Range(0, publishers).Select(i => PublishAsync(i, stopping)),
    ]);

    private async Task WriteAsync(string store, int writer, CancellationToken stopping)
    {
        for (var number = 1L; !stopping.IsCancellationRequested; number++)
        {
            // Every third write is a transaction over two keys, which must not be torn.
            var (first, second) = ($"{store}/{writer}/a", $"{store}/{writer}/b");
            var isTransaction = number % 3 == 0;
            string[] keys = isTransaction ? [first, second] : [first];
            foreach (var key in keys)
            {
                ledger.Asked(key, number);
            }

            JsonNode body = isTransaction ? Transaction(first, second, number) : new JsonArray(Item(first, number));
            if (await SendAsync($"v1.0/state/{store}{(isTransaction ? "/transaction" : "")}", body))
            {
                foreach (var key in keys)
                {
                    ledger.Saved(store, key, number);
                }
            }
        }
    }

    private async Task PublishAsync(int publisher, CancellationToken stopping)
    {
        for (var number = 1; !stopping.IsCancellationRequested; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{publisher}-{number}");
            if (await SendAsync($"v1.0/publish/{PubSub}/{Topic}?metadata.cloudevent.id={id}", new JsonObject { ["n"] = number }))
            {
                ledger.Publish(PubSub, id);
            }

            // What is delivered must keep up.
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task<bool> SendAsync(string path, JsonNode body)
    {
        try
        {
            using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
            using var content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json"));
            using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content, limit.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            await Task.Delay(AfterFailure, TimeProvider.System, CancellationToken.None);
            return false;
        }
    }

    private static JsonObject Item(string key, long number) => new() { ["key"] = Encoded(key), ["value"] = number };

    private static JsonObject Transaction(string first, string second, long number) => new()
    {
        ["operations"] = new JsonArray(
            new JsonObject { ["operation"] = "upsert", ["request"] = Item(first, number) },
            new JsonObject { ["operation"] = "upsert", ["request"] = Item(second, number) }),
    };

    /// <summary>A key is a part of a path when it is read.</summary>
    public static string Encoded(string key) => key.Replace('/', '.');
}
