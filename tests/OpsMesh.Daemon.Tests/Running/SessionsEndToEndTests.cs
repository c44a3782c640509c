using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.Daemon.Running;

public sealed class SessionsEndToEndTests
{
    [Fact]
    public async Task Daemon_RegistersBeatsSyncsMeasuresAndHoldsItsStream()
    {
        await using var mesh = new FakeMesh();
        await using var daemon = new RunningDaemon("""[{id: game, command: /bin/sh, args: [-c, "sleep 600"]}]""", mesh);
        await daemon.StartAsync();

        var registration = await FakeMesh.UntilAsync(mesh.Registrations, _ => true);
        Assert.Equal(
            (RunningDaemon.NodeId, "test", 1ul, $"127.0.0.1:{daemon.NodePort}", $"daemon-{RunningDaemon.NodeId}", ""),
            (registration.NodeId, registration.Hostname, registration.DaemonEpoch, registration.Address, registration.AppId, registration.PreviousSessionId));
        var again = await FakeMesh.UntilAsync(mesh.Registrations, r => r.PreviousSessionId == "s1");
        Assert.Equal(1ul, again.DaemonEpoch);
        await FakeMesh.UntilAsync(mesh.Heartbeats, h => h is { SessionEpoch: 2, Seq: 2 });

        var snapshot = await FakeMesh.UntilAsync(mesh.Syncs, _ => true);
        Assert.True(snapshot.Snapshot);
        await FakeMesh.UntilAsync(mesh.Syncs, s => s.States.Any(a => a.Status == AgentStatus.Running));
        await daemon.ExecuteAsync(daemon.Envelope("game", "restart", "c-1"));
        var delta = await FakeMesh.UntilAsync(mesh.Syncs, s => s.States.Any(a => a is { Generation: 2, Status: AgentStatus.Running }));
        Assert.False(delta.Snapshot);
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", delta.States[0].Traceparent, StringComparison.Ordinal);

        // While the agent restarts, there is no process of it to measure.
        var batch = await FakeMesh.UntilAsync(mesh.Batches, b => b.BatchSeq >= 3 && b.Metrics.Count == 5);
        Assert.Equal(1, mesh.Batches.Count(b => b.BatchSeq == 2));
        Assert.Equal(2, mesh.Batches.Count(b => b.BatchSeq == 1));
        Assert.Equal(["agent:game", "cpu", "disk", "memory", "network"], batch.Metrics.Select(m => m.Type).Order());

        await FakeMesh.UntilAsync(mesh.Hellos, h => h.DaemonEpoch == 1);
        await mesh.Frames.Writer.WriteAsync(new ConnectResponse { Ping = new Ping { Seq = 7 } }, TestContext.Current.CancellationToken);
        await mesh.Frames.Writer.WriteAsync(
            new ConnectResponse { Draining = new Draining { Grace = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)) } }, TestContext.Current.CancellationToken);
        await FakeMesh.UntilAsync(mesh.Hellos, h => h.Journal.Any(c => c is { CommandId: "c-1", State: CommandState.Succeeded }));
    }

    [Fact]
    public async Task CommandThatADeathInterrupted_IsToldInTheNextHello()
    {
        await using var mesh = new FakeMesh();
        await using var daemon = new RunningDaemon("""[{id: game, command: /bin/sh, args: [-c, "sleep 600"]}]""", mesh);
        await daemon.StartAsync("after-journal:kill");
        await daemon.UntilAsync("game", a => a.Status == AgentStatus.Running);
        await Assert.ThrowsAnyAsync<RpcException>(() => daemon.ExecuteAsync(daemon.Envelope("game", "restart", "c-1")));
        await daemon.EndedAsync();

        await daemon.StartAsync();

        var hello = await FakeMesh.UntilAsync(mesh.Hellos, h => h.DaemonEpoch == 2);
        Assert.Equal(("c-1", CommandState.Interrupted), (Assert.Single(hello.Journal).CommandId, hello.Journal[0].State));
        var registration = await FakeMesh.UntilAsync(mesh.Registrations, r => r.DaemonEpoch == 2);
        Assert.NotEqual("", registration.PreviousSessionId);
        await daemon.TerminateAsync();
    }
}
