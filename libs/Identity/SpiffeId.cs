using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace OpsMesh.Identity;

public enum SpiffeKind
{
    Node = 1,
    Service,
}

/// <summary>Who a certificate speaks for: <c>spiffe://&lt;trust domain&gt;/node/&lt;id&gt;</c> or <c>/service/&lt;name&gt;</c>.</summary>
public sealed partial record SpiffeId
{
    private const string Scheme = "spiffe://";

    private SpiffeId(string trustDomain, SpiffeKind kind, string name) => (TrustDomain, Kind, Name) = (trustDomain, kind, name);

    public string TrustDomain { get; }

    public SpiffeKind Kind { get; }

    /// <summary>Node id or service name.</summary>
    public string Name { get; }

    /// <exception cref="FormatException">A part has characters that no SPIFFE id of ours has.</exception>
    public static SpiffeId Node(string trustDomain, string nodeId) => Checked(trustDomain, SpiffeKind.Node, nodeId);

    /// <exception cref="FormatException">A part has characters that no SPIFFE id of ours has.</exception>
    public static SpiffeId Service(string trustDomain, string name) => Checked(trustDomain, SpiffeKind.Service, name);

    /// <returns>False for everything that <see cref="ToString"/> would not have written: no other case, escapes, ports or queries.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SpiffeId? id)
    {
        id = null;
        if (text is null || !text.StartsWith(Scheme, StringComparison.Ordinal) || text[Scheme.Length..].Split('/') is not [var domain, var kind, var name])
        {
            return false;
        }

        SpiffeKind? parsed = kind switch { "node" => SpiffeKind.Node, "service" => SpiffeKind.Service, _ => null };
        if (parsed is null || !Domain().IsMatch(domain) || !NamePart().IsMatch(name))
        {
            return false;
        }

        id = new SpiffeId(domain, parsed.Value, name);
        return true;
    }

    public override string ToString() => $"{Scheme}{TrustDomain}/{(Kind == SpiffeKind.Node ? "node" : "service")}/{Name}";

    private static SpiffeId Checked(string trustDomain, SpiffeKind kind, string name)
    {
        var id = new SpiffeId(trustDomain, kind, name);
        return TryParse(id.ToString(), out var same) ? same : throw new FormatException($"'{id}' is no SPIFFE id of this mesh.");
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{0,252}\z")]
    private static partial Regex Domain();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,62}\z")]
    private static partial Regex NamePart();
}
