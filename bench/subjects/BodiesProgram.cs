using OpsMesh.Bench.V1;

namespace OpsMesh.Bench.Subjects;

/// <summary>Writes the request bodies that a load generator sends.</summary>
internal static class BodiesProgram
{
    // With the other fields and its own header the message has 200 bytes.
    private const uint LargePadding = 183;

    public static async Task<int> RunAsync(string folder, int count)
    {
        await File.WriteAllBytesAsync(Path.Combine(folder, "beat.bin"), BenchMessages.Frame(BenchMessages.Request()));
        await File.WriteAllBytesAsync(Path.Combine(folder, "follow.bin"), BenchMessages.Frame(new FollowRequest { Count = (uint)count }));
        await File.WriteAllBytesAsync(
            Path.Combine(folder, "follow-large.bin"), BenchMessages.Frame(new FollowRequest { Count = (uint)count, Padding = LargePadding }));
        return 0;
    }
}
