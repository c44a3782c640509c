using System.Globalization;

namespace OpsMesh.Bench.Subjects.Stating;

/// <summary>One operation on a store after the other.</summary>
internal static class StateProgram
{
    private const int Keys = 100;
    private const int TogetherKeys = 3;
    private const int ValueBytes = 200;

    public static async Task<int> RunAsync(IStateAccess access)
    {
        await using var owned = access;
        var value = new byte[ValueBytes];
        string[] keys = [.. Enumerable.Range(0, Keys).Select(i => $"bench-{i}")];
        foreach (var key in keys)
        {
            await access.SaveAsync(key, value);
        }

        Conversation.Say(new { ready = true });

        // "run OPERATION SECONDS"
        await Conversation.HoldAsync(words => Latencies.MeasureAsync(
            Operation(words[1], access, keys, value), TimeSpan.FromSeconds(double.Parse(words[2], CultureInfo.InvariantCulture)), TimeProvider.System));
        return 0;
    }

    private static Func<int, Task> Operation(string name, IStateAccess access, string[] keys, byte[] value) => name switch
    {
        "get" => async i => _ = await access.GetAsync(keys[i % Keys]) > 0 ? 0 : throw new InvalidDataException("There is no value."),
        "save" => i => access.SaveAsync(keys[i % Keys], value),
        "transaction" => i => access.SaveTogetherAsync(keys[(i % (Keys - TogetherKeys))..][..TogetherKeys], value),
        _ => throw new ArgumentException($"No such operation: {name}", nameof(name)),
    };
}
