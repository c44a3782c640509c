using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.Extensions.DependencyInjection;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Routing;

/// <summary>How many endpoints routing weighs for a call: with more than one it takes its long path.</summary>
public sealed class KnownMethodTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KnownMethod_HasOneCandidate()
    {
        var spy = new CandidateSpy();
        await using var server = await EchoServer.StartAsync(configure: builder => builder.Services.AddSingleton<MatcherPolicy>(spy));

        await server.Client().UnaryAsync(new EchoRequest(), cancellationToken: Token);

        Assert.Equal(1, Assert.Single(spy.Counts));
    }

    [Fact]
    public async Task UnknownMethod_IsUnimplementedBesideACatchAll()
    {
        await using var server = await EchoServer.StartAsync(map: app => app.MapFallback("{**path}", () => "a page"));

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await server.Client().MissingAsync(new EchoRequest(), cancellationToken: Token));

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    [Fact]
    public async Task ServiceOfAnotherHost_IsUnimplemented()
    {
        await using var server = await EchoServer.StartAsync(map: app => app.MapGrpcService<OtherHostService>().RequireHost("elsewhere.test"));
        var invoker = server.Channel().CreateCallInvoker();
        var method = new Method<string, string>(
            MethodType.Unary, "opsmesh.grpc.tests.Other", "Say", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

        var failure = await Assert.ThrowsAsync<RpcException>(
            async () => await invoker.AsyncUnaryCall(method, null, new CallOptions(cancellationToken: Token), ""));

        Assert.Equal(new Status(StatusCode.Unimplemented, "Method is unimplemented."), failure.Status);
    }

    private sealed class CandidateSpy : MatcherPolicy, IEndpointSelectorPolicy
    {
        public ConcurrentQueue<int> Counts { get; } = [];

        public override int Order => 0;

        public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => true;

        public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
        {
            Counts.Enqueue(candidates.Count);
            return Task.CompletedTask;
        }
    }
}
