namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>Small damage: bytes changed, removed, added, or all of them cut off from some point.</summary>
internal static class ByteMutation
{
    public static byte[] Mutate(byte[] original, Random random)
    {
        var mutated = original.ToList();
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            switch (random.Next(mutated.Count == 0 ? 1 : 4))
            {
                case 0:
                    mutated.Insert(random.Next(mutated.Count + 1), (byte)random.Next(256));
                    break;
                case 1:
                    mutated[random.Next(mutated.Count)] = (byte)random.Next(256);
                    break;
                case 2:
                    mutated.RemoveAt(random.Next(mutated.Count));
                    break;
                default:
                    var kept = random.Next(mutated.Count);
                    mutated.RemoveRange(kept, mutated.Count - kept);
                    break;
            }
        }

        return [.. mutated];
    }

    /// <summary>Stays within what may stand in a header's value.</summary>
    public static string Mutate(string original, Random random) =>
        string.Concat(Mutate([.. original.Select(letter => (byte)letter)], random).Select(code => (char)(code is > 32 and < 127 ? code : 33 + (code % 94))));
}
