using System.Globalization;

namespace OpsMesh.Samples.GameServer;

/// <summary>`--name value` pairs.</summary>
internal sealed class Flags(Dictionary<string, string> values, string usage)
{
    public static Flags Parse(IEnumerable<string> args, string usage)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in args.Chunk(2))
        {
            if (pair.Length < 2 || !pair[0].StartsWith("--", StringComparison.Ordinal))
            {
                throw new FormatException(usage);
            }

            values[pair[0]] = pair[1];
        }

        return new Flags(values, usage);
    }

    public int Int(string name, int fallback)
    {
        if (!values.TryGetValue(name, out var text))
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw new FormatException($"{name} must be a whole number\n{usage}");
    }
}
