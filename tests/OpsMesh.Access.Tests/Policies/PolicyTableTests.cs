using Google.Protobuf.Reflection;
using OpsMesh.Access.Probe;
using OpsMesh.Contracts;
using OpsMesh.Hosting;

namespace OpsMesh.Access;

public sealed class PolicyTableTests
{
    [Fact]
    public void WholeContract_HasUsablePolicies()
    {
        var table = PolicyTable.OfContract(dev: false);

        table.Require(Methods(Descriptors.All));

        Assert.True(table.IsSealed);
        Assert.All(Methods(Descriptors.All), method => Assert.NotNull(table.Find(method)));
    }

    [Theory]
    [InlineData("NoPolicy", "no policy")]
    [InlineData("NoPrincipal", "nobody may call it")]
    [InlineData("NoVerb", "no verb")]
    [InlineData("NoRate", "no rate class")]
    [InlineData("NoSize", "no max_bytes")]
    [InlineData("NoAudit", "when to audit")]
    [InlineData("NoServices", "services")]
    [InlineData("NoRoles", "roles")]
    [InlineData("NoSuchField", "caller.node_id")]
    [InlineData("ForgottenField", "items.node_id")]
    public void MethodWithABadPolicy_IsNamed(string method, string problem)
    {
        var table = new PolicyTable([ProbeReflection.Descriptor], dev: false);

        var refused = Assert.Throws<StartupException>(() => table.Require(["/opsmesh.probe.v1.NodeProbe/Unary", $"/opsmesh.probe.v1.BadProbe/{method}"]));

        Assert.Equal(ExitCodes.Configuration, refused.ExitCode);
        Assert.Contains($"/opsmesh.probe.v1.BadProbe/{method}", refused.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("NodeProbe/Unary", refused.Message, StringComparison.Ordinal);
        Assert.False(table.IsSealed);
        Assert.Null(table.Find("/opsmesh.probe.v1.NodeProbe/Unary"));
    }

    [Fact]
    public void MethodThatWasNotMapped_IsNotFound()
    {
        var table = new PolicyTable([ProbeReflection.Descriptor], dev: false);
        table.Require(["/opsmesh.probe.v1.NodeProbe/Unary"]);

        Assert.Null(table.Find("/opsmesh.probe.v1.NodeProbe/Watch"));
        Assert.Null(table.Find("/opsmesh.probe.v1.nodeprobe/unary"));
        Assert.Null(table.Find("opsmesh.probe.v1.NodeProbe/Unary"));
    }

    [Theory]
    [InlineData("/dapr.proto.runtime.v1.AppCallback/OnTopicEvent", false, true)]
    [InlineData("/grpc.health.v1.Health/Check", false, true)]
    [InlineData("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", false, false)]
    [InlineData("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", true, true)]
    [InlineData("/somebody.Else/Method", true, false)]
    [InlineData("/dapr.proto.runtime.v1.AppCallbackOther/OnTopicEvent", true, false)]
    public void ForeignMethod_StandsInTheTableOrStopsTheStart(string method, bool dev, bool admitted)
    {
        var table = PolicyTable.OfContract(dev);

        var problem = Record.Exception(() => table.Require([method]));

        Assert.Equal(admitted, problem is null);
    }

    [Fact]
    public void AppCallback_IsForTheSidecarOnly()
    {
        var policy = ForeignMethods.Find("/dapr.proto.runtime.v1.AppCallback/OnTopicEvent", dev: false)!;

        Assert.Null(policy.Check(Caller.Sidecar));
        Assert.Equal(Reasons.RoleMissing, policy.Check(Caller.Service("console"))!.Reason);
        Assert.Equal(Reasons.RoleMissing, policy.Check(Caller.Node("n1"))!.Reason);
        Assert.False(policy.IsOpen);
    }

    private static IEnumerable<string> Methods(IEnumerable<FileDescriptor> files) =>
        files.SelectMany(f => f.Services).SelectMany(s => s.Methods).Select(m => $"/{m.Service.FullName}/{m.Name}");
}
