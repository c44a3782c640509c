using System.Globalization;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>How many mutations, and which: OPSMESH_MUTATIONS (default 100,000) and OPSMESH_SEED.</summary>
internal static class MutationSettings
{
    public static int Count { get; } = Read("OPSMESH_MUTATIONS", 100_000);

    public static int Seed { get; } = Read("OPSMESH_SEED", 20_261_121);

    private static int Read(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
