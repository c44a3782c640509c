using System.Text.Json;

namespace OpsMesh.Bench.Subjects;

/// <summary>One JSON object a line out, one command a line in. It ends with standard input: a subject never outlives its bench.</summary>
internal static class Conversation
{
    public static void Say(object answer) => Console.WriteLine(JsonSerializer.Serialize(answer));

    public static async Task HoldAsync(Func<string[], Task<object>> answer)
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Say(await answer(line.Split(' ')));
        }
    }
}
