using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpsMesh.Samples.Subscriber;

/// <summary>Prints each event and keeps the newest. An event may come twice (at least once), so it is kept by its id.</summary>
internal sealed class ReceivedEvents
{
    private const int MostKept = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<JsonElement> _kept = new();
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>200 tells Dapr that the event is done with; anything else would bring it again.</summary>
    public async Task<IResult> AddAsync(string topic, HttpRequest request)
    {
        JsonElement @event;
        try
        {
            @event = (await JsonSerializer.DeserializeAsync<JsonElement>(request.Body, cancellationToken: request.HttpContext.RequestAborted)).Clone();
        }
        catch (JsonException)
        {
            return Results.BadRequest();
        }

        if (Keep(@event))
        {
            Console.WriteLine(Line(topic, @event));
        }

        return Results.Ok();
    }

    public string ToJson()
    {
        lock (_gate)
        {
            var json = new StringBuilder("""{"received":[""");
            json.AppendJoin(',', _kept.Select(e => e.GetRawText()));
            return json.Append("]}").ToString();
        }
    }

    private bool Keep(JsonElement @event)
    {
        lock (_gate)
        {
            if (!_ids.Add(Text(@event, "id")))
            {
                return false;
            }

            _kept.Enqueue(@event);
            if (_kept.Count > MostKept)
            {
                _ids.Remove(Text(_kept.Dequeue(), "id"));
            }

            return true;
        }
    }

    private static string Line(string topic, JsonElement @event)
    {
        var data = @event.TryGetProperty("data", out var payload) ? payload.GetRawText() : "";
        return string.Create(CultureInfo.InvariantCulture, $"{topic} {Text(@event, "type")} subject={Text(@event, "subject")} node={Text(@event, "partitionkey")} id={Text(@event, "id")} {data}");
    }

    private static string Text(JsonElement @event, string name) =>
        @event.ValueKind == JsonValueKind.Object && @event.TryGetProperty(name, out var value) ? value.ToString() : "";
}
