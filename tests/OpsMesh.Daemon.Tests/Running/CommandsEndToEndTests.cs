using Grpc.Core;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Contracts.Daemon.V1;

namespace OpsMesh.Daemon.Running;

public sealed class CommandsEndToEndTests
{
    [Fact]
    public async Task Restart_IsCarriedOutOnceAndAnsweredTheSameEverAfter()
    {
        await using var daemon = new RunningDaemon("""[{id: game, command: /bin/sh, args: [-c, "sleep 600"]}]""");
        await daemon.StartAsync();
        var before = await daemon.UntilAsync("game", a => a.Status == AgentStatus.Running);
        var envelope = daemon.Envelope("game", "restart");

        var first = await daemon.ExecuteAsync(envelope);
        var again = await daemon.ExecuteAsync(envelope);

        var after = await daemon.UntilAsync("game", a => a.Status == AgentStatus.Running);
        Assert.Equal((CommandState.Succeeded, "DONE"), (first[^1].State, first[^1].Outcome));
        Assert.Equal(first[^1], Assert.Single(again));
        Assert.NotEqual(before.Pid, after.Pid);
        Assert.Equal((2ul, 1), (after.Generation, after.RestartCount));
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", after.Traceparent, StringComparison.Ordinal);
        Assert.NotNull(first[^1].StartedAt);
    }

    [Fact]
    public async Task DaemonKilledBetweenJournalAndEffect_NeverRunsTheCommand()
    {
        using var marks = new TestFolder();
        await using var daemon = new RunningDaemon($$"""[{id: game, command: /bin/sh, args: [-c, "echo start >> '{{marks["starts"]}}'; sleep 600"]}]""");
        await daemon.StartAsync("after-journal:kill");
        var before = await daemon.UntilAsync("game", a => a.Status == AgentStatus.Running);
        var envelope = daemon.Envelope("game", "restart", "c-1");

        await Assert.ThrowsAnyAsync<RpcException>(() => daemon.ExecuteAsync(envelope));
        await daemon.EndedAsync();
        await daemon.StartAsync();

        var known = await daemon.Client().GetCommandStateAsync(
            new GetCommandStateRequest { CommandIds = { "c-1", "c-unknown" } }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(CommandState.Interrupted, Assert.Single(known.Commands).State);
        Assert.Equal(CommandState.Interrupted, Assert.Single(await daemon.ExecuteAsync(envelope)).State);
        var after = await daemon.UntilAsync("game", a => a.Status == AgentStatus.Running);
        Assert.Equal(before.Pid, after.Pid);
        Assert.Single(await File.ReadAllLinesAsync(marks["starts"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task WhoeverHasNoEnvelope_OnlyLocalRootMayOperate()
    {
        await using var daemon = new RunningDaemon("""[{id: game, command: /bin/sh, args: [-c, "sleep 600"]}]""");
        await daemon.StartAsync();
        await daemon.UntilAsync("game", a => a.Status == AgentStatus.Running);
        var operate = new OperateAgentRequest { AgentId = "game", Operation = "stop" };
        var token = TestContext.Current.CancellationToken;
        var headers = new Metadata { { "dapr-api-token", RunningDaemon.AppToken }, { "dapr-caller-app-id", "agent-command" } };

        Assert.Equal((StatusCode.PermissionDenied, Reasons.EnvelopeRequired), await RefusedCalls.RefusalAsync(
            async () => await daemon.Client().OperateAgentAsync(operate, cancellationToken: token)));
        Assert.Equal((StatusCode.PermissionDenied, Reasons.EnvelopeRequired), await RefusedCalls.RefusalAsync(
            async () => await daemon.AppClient().OperateAgentAsync(operate, headers, cancellationToken: token)));
        Assert.Equal((StatusCode.Unauthenticated, Reasons.CredentialMissing), await RefusedCalls.RefusalAsync(
            async () => await daemon.AppClient().OperateAgentAsync(operate, cancellationToken: token)));
        Assert.Equal(StatusCode.PermissionDenied, (await RefusedCalls.RefusalAsync(
            async () => await daemon.Client("registry").OperateAgentAsync(operate, cancellationToken: token))).Code);

        var local = await daemon.LocalClient().OperateAgentAsync(operate, cancellationToken: token);
        Assert.Equal((true, "DONE"), (local.Success, local.Outcome));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(daemon.SocketPath));
        }
    }

    [Fact]
    public async Task BadCommands_AreRefusedWithTheirReasons()
    {
        await using var daemon = new RunningDaemon("""[{id: game, command: /bin/sh, args: [-c, "sleep 600"], autostart: false}]""");
        await daemon.StartAsync();

        foreach (var (agent, operation, code, reason) in ((string, string, StatusCode, string)[])[
            ("nobody", "restart", StatusCode.NotFound, Reasons.AgentUnknown),
            ("../x", "restart", StatusCode.InvalidArgument, Reasons.NameCharset),
            ("", "restart", StatusCode.InvalidArgument, Reasons.FieldRequired),
            ("game", "explode", StatusCode.InvalidArgument, Reasons.OperationUnknown)])
        {
            Assert.Equal((code, reason), await RefusedCalls.RefusalAsync(() => daemon.ExecuteAsync(daemon.Envelope(agent, operation))));
        }

        Assert.Equal((StatusCode.InvalidArgument, Reasons.OutOfRange), await RefusedCalls.RefusalAsync(
            async () => await daemon.Client("log-streaming").GetLogsAsync(new GetLogsRequest { Query = new LogQuery { AgentId = "game" }, Lines = 1001 })));
        Assert.Equal((StatusCode.NotFound, Reasons.AgentUnknown), await RefusedCalls.RefusalAsync(
            async () => await daemon.Client("log-streaming").GetLogsAsync(new GetLogsRequest { Query = new LogQuery { AgentId = "nobody" } })));
    }
}
