using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OpsMesh.Access.Probe;
using OpsMesh.Hosting;

namespace OpsMesh.Access;

public sealed class RequirePoliciesTests
{
    [Fact]
    public async Task ServerThatForgotToRequirePolicies_DoesNotStart()
    {
        await using var app = Build();

        var refused = await Assert.ThrowsAsync<StartupException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(ExitCodes.Configuration, refused.ExitCode);
    }

    [Fact]
    public async Task MappedMethodWithoutPolicy_IsNamed()
    {
        await using var app = Build();
        app.MapGrpcService<BadProbeService>();

        var refused = Assert.Throws<StartupException>(() => app.RequirePolicies());

        Assert.Contains("/opsmesh.probe.v1.BadProbe/NoPolicy", refused.Message, StringComparison.Ordinal);
        Assert.Contains("/opsmesh.probe.v1.BadProbe/NoSuchField", refused.Message, StringComparison.Ordinal);
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.AddPorts(new PortOptions { App = 0 });
        builder.Services.AddRpcPolicies(new AccessOptions(), new PolicyTable([ProbeReflection.Descriptor], dev: false));
        return builder.Build();
    }

    public sealed class BadProbeService : BadProbe.BadProbeBase
    {
        public override Task<ProbeReply> NoPolicy(ProbeRequest request, ServerCallContext context) => Task.FromResult(new ProbeReply());
    }
}
