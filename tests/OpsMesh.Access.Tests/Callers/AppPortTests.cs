using Grpc.Core;
using OpsMesh.Access.Probe;

namespace OpsMesh.Access;

public sealed class AppPortTests(ProbeHost host) : IClassFixture<ProbeHost>
{
    private OtherProbe.OtherProbeClient Probe => new(host.AtAppPort());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("the-sidecars-toke")]
    [InlineData("the-sidecars-tokenx")]
    [InlineData("THE-SIDECARS-TOKEN")]
    public async Task CallWithoutTheSidecarsToken_IsUnauthenticated(string? token)
    {
        var headers = new Metadata { { "dapr-caller-app-id", "registry" }, { "authorization", $"Bearer {ProbeHost.OperatorToken}" } };
        if (token is not null)
        {
            headers.Add("dapr-api-token", token);
        }

        foreach (var call in (Func<Task>[])
                 [
                     async () => await Probe.ForServiceAsync(new ProbeRequest(), headers, cancellationToken: Cancellation),
                     async () => await Probe.ForOperatorAsync(new ProbeRequest(), headers, cancellationToken: Cancellation),
                     async () => await Probe.ForSidecarAsync(new ProbeRequest(), headers, cancellationToken: Cancellation),
                 ])
        {
            var (code, failure) = await host.RefusedAsync(call);
            Assert.Equal((StatusCode.Unauthenticated, Reasons.CredentialMissing), (code, failure.Reason));
        }
    }

    [Fact]
    public async Task TwoTokens_AreOneTooMany()
    {
        var headers = new Metadata { { "dapr-api-token", ProbeHost.ApiToken }, { "dapr-api-token", ProbeHost.ApiToken } };

        var (code, _) = await host.RefusedAsync(async () => await Probe.ForSidecarAsync(new ProbeRequest(), headers, cancellationToken: Cancellation));

        Assert.Equal(StatusCode.Unauthenticated, code);
    }

    [Fact]
    public async Task Sidecar_IsItselfWhenNobodyElseCalls()
    {
        var reply = await Probe.ForSidecarAsync(new ProbeRequest(), Headers(), cancellationToken: Cancellation);

        Assert.Equal("sidecar", reply.Caller);
    }

    [Fact]
    public async Task InvokedService_IsTheCaller()
    {
        var reply = await Probe.ForServiceAsync(new ProbeRequest(), Headers("registry"), cancellationToken: Cancellation);

        Assert.Equal("service/registry", reply.Caller);
    }

    [Theory]
    [InlineData("log-streaming", "registry")]
    [InlineData("log-streaming, registry")]
    [InlineData("a", "b", "log-streaming,registry")]
    public async Task LastCallerAppId_Wins(params string[] callers)
    {
        var reply = await Probe.ForServiceAsync(new ProbeRequest(), Headers(callers), cancellationToken: Cancellation);

        Assert.Equal("service/registry", reply.Caller);
    }

    [Theory]
    [InlineData("registry", "log-streaming")]
    [InlineData("registry,log-streaming")]
    [InlineData("registry", "")]
    public async Task SpoofedCallerAppId_StandsFirstAndLoses(params string[] callers)
    {
        var (code, failure) = await host.RefusedAsync(async () => await Probe.ForServiceAsync(new ProbeRequest(), Headers(callers), cancellationToken: Cancellation));

        Assert.Equal((StatusCode.PermissionDenied, Reasons.RoleMissing), (code, failure.Reason));
    }

    [Fact]
    public async Task Service_IsNoSidecar()
    {
        var (code, _) = await host.RefusedAsync(async () => await Probe.ForSidecarAsync(new ProbeRequest(), Headers("registry"), cancellationToken: Cancellation));

        Assert.Equal(StatusCode.PermissionDenied, code);
    }

    [Fact]
    public async Task Bearer_IsTheOperatorWhoeverCarriesIt()
    {
        var headers = Headers("console");
        headers.Add("authorization", $"Bearer {ProbeHost.OperatorToken}");

        Assert.Equal("operator/olga", (await Probe.ForOperatorAsync(new ProbeRequest(), headers, cancellationToken: Cancellation)).Caller);
    }

    [Fact]
    public async Task NodesMethods_AreClosedToEverybodyHere()
    {
        var probe = new NodeProbe.NodeProbeClient(host.AtAppPort());

        var (code, _) = await host.RefusedAsync(async () => await probe.UnaryAsync(new ProbeRequest(), Headers("daemon-n1"), cancellationToken: Cancellation));

        Assert.Equal(StatusCode.PermissionDenied, code);
    }

    [Theory]
    [InlineData("/livez")]
    [InlineData("/readyz")]
    [InlineData("/metrics")]
    public async Task Health_AnswersOnTheManagementPortOnly(string path)
    {
        using var client = new HttpClient();

        using var there = await client.GetAsync(new Uri(host.ManagementPort, path), Cancellation);
        using var here = new HttpRequestMessage(HttpMethod.Get, new Uri(host.AppPort, path))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await client.SendAsync(here, Cancellation);

        Assert.Equal(System.Net.HttpStatusCode.OK, there.StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static Metadata Headers(params string[] callers)
    {
        var headers = new Metadata { { "dapr-api-token", ProbeHost.ApiToken } };
        foreach (var caller in callers)
        {
            headers.Add("dapr-caller-app-id", caller);
        }

        return headers;
    }
}
