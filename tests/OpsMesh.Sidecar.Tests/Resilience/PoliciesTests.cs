extern alias sidecar;

using OpsMesh.Yaml;
using sidecar::OpsMesh.Sidecar.Resilience;

namespace OpsMesh.Sidecar.Tests.Resilience;

public sealed class PoliciesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("DefaultRetryPolicy")]
    [InlineData("DefaultComponentRetryPolicy")]
    [InlineData("DefaultComponentInboundRetryPolicy")]
    [InlineData("DefaultPubsubComponentInboundRetryPolicy")]
    public async Task PolicyOfAWellKnownName_AppliesToEveryComponentOfItsKind(string name)
    {
        var policies = Read($"retries: [ {name}: [ policy: constant, duration: 0s, maxRetries: 2 ] ]", "");

        Assert.Equal(3, await AttemptsAsync(policies.Inbound("any", "Pubsub")));
    }

    [Fact]
    public async Task TargetWithAnEntry_DoesNotTakeTheDefault()
    {
        var policies = Read(
            "retries: [ DefaultRetryPolicy: [ policy: constant, duration: 0s, maxRetries: 2 ], own: [ policy: constant, duration: 0s, maxRetries: 4 ] ]",
            "components: [ bus: [ inbound: [ retry: own ] ] ]");

        Assert.Equal(5, await AttemptsAsync(policies.Inbound("bus", "Pubsub")));
        Assert.Equal(1, await AttemptsAsync(policies.Outbound("bus", "Pubsub")));
        Assert.Equal(3, await AttemptsAsync(policies.App("other", "method")));
    }

    [Fact]
    public async Task CodeThatIsNotListed_IsNotTriedAgain()
    {
        var policies = Read(
            "retries: [ r: [ policy: constant, duration: 0s, maxRetries: 2, matching: [ httpStatusCodes: '500,503-504' ] ] ]",
            "apps: [ a: [ retry: r ] ]");

        Assert.Equal(1, await AttemptsAsync(policies.App("a", "m"), 501));
        Assert.Equal(3, await AttemptsAsync(policies.App("a", "m"), 503));
        Assert.Equal(3, await AttemptsAsync(policies.App("a", "m")));
    }

    [Fact]
    public async Task BreakersOfTwoOperations_AreApart()
    {
        var policies = Read("circuitBreakers: [ b: [ trip: consecutiveFailures >= 1 ] ]", "apps: [ a: [ circuitBreaker: b ] ]");
        await AttemptsAsync(policies.App("a", "first"));

        await Assert.ThrowsAsync<RefusedByBreakerException>(() => AttemptsAsync(policies.App("a", "first")));
        Assert.Equal(1, await AttemptsAsync(policies.App("a", "second")));
    }

    private static Policies Read(string policies, string targets)
    {
        // Flow maps in brackets: braces would be the test's own interpolation.
        var text = $"apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: [ name: r ]\nspec: [ policies: [ {policies} ], targets: [ {targets} ] ]\n"
            .Replace('[', '{').Replace(']', '}');
        return new Policies([ResiliencyReader.Read(YamlDocument.Parse(text, "test.yaml").AsMap())], "app", TimeProvider.System);
    }

    private static async Task<int> AttemptsAsync(Policy? policy, int? httpStatus = null)
    {
        var attempts = 0;
        if (policy is not null)
        {
            await policy.RunAsync(_ => Task.FromResult(++attempts), _ => Verdict.Retry with { HttpStatus = httpStatus }, Cancellation);
        }

        return policy is null ? 1 : attempts;
    }
}
