using System.Net;

namespace OpsMesh.Reach;

public sealed class AddressRangesTests
{
    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.31.255.255", true)]
    [InlineData("172.32.0.0", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("8.8.8.8", false)]
    [InlineData("0.0.0.0", false)]
    public void Dev_AllowsLoopbackAndPrivateOnly(string address, bool allowed) =>
        Assert.Equal(allowed, AddressRanges.From([], dev: true).Allows(IPAddress.Parse(address)));

    [Fact]
    public void WithoutDev_NothingIsAllowedUntilConfigured()
    {
        Assert.False(AddressRanges.From([], dev: false).Allows(IPAddress.Loopback));
        Assert.True(AddressRanges.From(["192.0.2.0/24"], dev: false).Allows(IPAddress.Parse("192.0.2.7")));
    }

    [Fact]
    public void ConfiguredRanges_ReplaceThoseOfDev() =>
        Assert.False(AddressRanges.From(["192.0.2.0/24"], dev: true).Allows(IPAddress.Loopback));
}
