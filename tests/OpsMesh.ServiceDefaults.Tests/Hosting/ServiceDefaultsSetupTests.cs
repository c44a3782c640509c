using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace OpsMesh.Hosting;

public sealed class ServiceDefaultsSetupTests
{
    [Theory]
    [InlineData("Ports:App", "Ports:Management")]
    [InlineData("Ports:Management", "Ports:App")]
    public void MissingPort_IsNamed(string given, string missing)
    {
        var builder = WebApplication.CreateSlimBuilder([$"--{given}=0"]);

        var refused = Assert.Throws<StartupException>(() => builder.AddServiceDefaults("test"));

        Assert.Contains($"'{missing}'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Ports:App=x")]
    [InlineData("--Ports:App=70000")]
    [InlineData("--Ports:App=-1")]
    [InlineData("--Dev=yes")]
    [InlineData("--Management:Bind=localhost")]
    [InlineData("--Telemetry:SampleRatio=2")]
    public void WrongValue_IsNamed(string flag)
    {
        var builder = WebApplication.CreateSlimBuilder(["--Ports:App=0", "--Ports:Management=0", flag]);

        var refused = Assert.Throws<StartupException>(() => builder.AddServiceDefaults("test"));

        Assert.Contains(flag[2..flag.IndexOf('=', StringComparison.Ordinal)], refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DevWithAnAddressThatOthersReach_IsRefused()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Dev"] = "true", ["Ports:NodeBind"] = "0.0.0.0" }).Build();

        Assert.Throws<StartupException>(() => PortOptions.From(configuration));
    }

    [Fact]
    public void NodePort_IsOpenToAllOnlyOutsideDev()
    {
        var production = new ConfigurationBuilder().Build();
        var dev = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Dev"] = "true" }).Build();

        Assert.Equal(IPAddress.IPv6Any, PortOptions.From(production).NodeBind);
        Assert.Equal(IPAddress.Loopback, PortOptions.From(dev).NodeBind);
        Assert.Equal(IPAddress.Loopback, PortOptions.From(production).ManagementBind);
    }

    [Fact]
    public void Flag_IsStrongerThanTheEnvironment()
    {
        Environment.SetEnvironmentVariable("OPSMESH_SETUPTEST__VALUE", "environment");
        Environment.SetEnvironmentVariable("OPSMESH_SETUPTEST__OTHER", "environment");
        var builder = WebApplication.CreateSlimBuilder(["--Ports:App=0", "--Ports:Management=0", "--SetupTest:Value=flag"]);

        builder.AddServiceDefaults("test");

        Assert.Equal("flag", builder.Configuration["SetupTest:Value"]);
        Assert.Equal("environment", builder.Configuration["SetupTest:Other"]);
    }
}
