using System.Net;

namespace OpsMesh.Reach;

/// <summary>Addresses that the direct way may connect to. Judged on the address that is connected, so a name that moves gains nothing.</summary>
internal sealed class AddressRanges(IEnumerable<IPNetwork> ranges)
{
    private static readonly string[] LoopbackAndPrivate =
        ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

    private readonly IPNetwork[] _ranges = [.. ranges];

    /// <exception cref="FormatException">A range is no CIDR.</exception>
    public static AddressRanges From(IEnumerable<string> configured, bool dev)
    {
        string[] texts = [.. configured];
        return new((texts.Length > 0 || !dev ? texts : LoopbackAndPrivate).Select(text => IPNetwork.Parse(text)));
    }

    public bool Allows(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _ranges.Any(range => range.Contains(plain));
    }
}
