using System.Text.RegularExpressions;

namespace OpsMesh.Daemon.Configuration;

/// <summary>Names of agents and keys of labels.</summary>
internal static partial class Names
{
    public const string Rule = "[a-z0-9][a-z0-9._-]{0,62}";

    public static bool IsValid(string name) => Name().IsMatch(name) && name is not ("tmp" or "alloc" or "con");

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,62}\z")]
    private static partial Regex Name();
}
