using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Contracts.Daemon.V1;
using OpsMesh.Daemon.Supervision;
using OpsMesh.Identity;
using OpsMesh.Testing;

namespace OpsMesh.Daemon.Running;

/// <summary>A real daemon process over a folder of its own, started and killed as often as a test likes. Disposing it leaves nothing running.</summary>
internal sealed class RunningDaemon : IAsyncDisposable
{
    public const string NodeId = "0197a000-0000-7000-8000-000000000001";
    public const string AppToken = "app-token";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static int _ports;

    private readonly TestFolder _folder = new();
    private readonly TestMesh _mesh = new();
    private readonly List<GrpcChannel> _channels = [];
    private readonly FakeMesh? _services;
    private readonly string _yaml;
    private Process? _process;
    private bool _served;

    public RunningDaemon(string agents, FakeMesh? services = null)
    {
        _services = services;
        var files = _mesh.Authority.IssueNode(NodeId).WriteTo(_folder["identity"], "node");
        (NodePort, AppPort) = (FreePort(), FreePort());
        ConfigPath = _folder["daemon.yaml"];
        _yaml = $$"""
            node: {hostname: test, advertise: "127.0.0.1:{{NodePort}}"}
            data: "{{Data}}"
            identity: {certificate: "{{files.Certificate}}", key: "{{files.Key}}", roots: "{{files.Roots}}"}
            ports: {node: {{NodePort}}, app: {{AppPort}}}
            metrics: {interval: 1s}
            dev: true
            agents: {{agents}}

            """;
        File.WriteAllText(ConfigPath, _yaml);
    }

    public string Data => _folder["data"];

    public string Root => _folder.Root;

    public string ConfigPath { get; }

    public int NodePort { get; }

    public int AppPort { get; }

    public string SocketPath => Path.Combine(Data, "daemon.sock");

    public async Task StartAsync(string? failpoint = null)
    {
        if (_services is not null && !_served)
        {
            _served = true;
            await File.WriteAllTextAsync(ConfigPath, _yaml + $"endpoints: {await _services.StartAsync(_mesh)}\n");
        }

        _process = Launch(["--config", ConfigPath], failpoint);
        var client = Client();
        using var due = new CancellationTokenSource(Limit, TimeProvider.System);
        while (true)
        {
            try
            {
                await client.GetStatusAsync(new GetStatusRequest(), cancellationToken: due.Token);
                return;
            }
            catch (RpcException early) when (early.StatusCode == StatusCode.Unavailable && !_process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, due.Token);
            }
        }
    }

    /// <summary>The daemon as a program that runs to its end.</summary>
    public static async Task<(int Code, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Launch(arguments, null, redirect: true);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        await output;
        return (process.ExitCode, error);
    }

    /// <summary>As agent-command does, over the node port.</summary>
    public DaemonService.DaemonServiceClient Client(string service = "agent-command") =>
        Client(GrpcChannel.ForAddress($"https://127.0.0.1:{NodePort}", new GrpcChannelOptions { HttpHandler = MeshHandlers.ForNode(_mesh.Service(service), NodeId) }));

    /// <summary>As local root does, over the unix socket.</summary>
    public DaemonService.DaemonServiceClient LocalClient()
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return Client(GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = handler }));
    }

    /// <summary>As the sidecar does, over the app port.</summary>
    public DaemonService.DaemonServiceClient AppClient() => Client(GrpcChannel.ForAddress($"http://127.0.0.1:{AppPort}"));

    public CommandEnvelope Envelope(string agent, string operation, string? id = null, ulong generation = 0)
    {
        using var signer = new EnvelopeSigner(_mesh.Service("agent-command"));
        var now = TimeProvider.System.GetUtcNow();
        var payload = new CommandPayload
        {
            CommandId = id ?? Guid.CreateVersion7(now).ToString(),
            NodeId = NodeId,
            Principal = "operator:test",
            IssuedAt = now.ToTimestamp(),
            Ttl = Duration.FromTimeSpan(TimeSpan.FromMinutes(1)),
            Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            Operate = new OperateAgentAction { AgentId = agent, Operation = operation, Generation = generation },
        }.ToByteArray();
        return new CommandEnvelope
        {
            Payload = ByteString.CopyFrom(payload),
            Signature = ByteString.CopyFrom(signer.Sign(payload)),
            SignerChain = { signer.Chain.Select(c => ByteString.CopyFrom(c)) },
        };
    }

    /// <returns>All states that the daemon answered.</returns>
    public async Task<List<CommandProgress>> ExecuteAsync(CommandEnvelope envelope)
    {
        using var call = Client().Execute(new ExecuteRequest { Envelope = envelope });
        var states = new List<CommandProgress>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
        {
            states.Add(answer.Progress);
        }

        return states;
    }

    public async Task<AgentState> UntilAsync(string agent, Func<AgentState, bool> holds)
    {
        var client = Client();
        using var due = new CancellationTokenSource(Limit, TimeProvider.System);
        while (true)
        {
            var agents = await client.ListAgentsAsync(new ListAgentsRequest(), cancellationToken: due.Token);
            var state = agents.Agents.Single(a => a.AgentId == agent);
            if (holds(state))
            {
                return state;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, due.Token);
        }
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await EndedAsync();
    }

    public Task TerminateAsync()
    {
        _ = Platform.Libc.Kill(_process!.Id, Platform.Libc.SigTerm);
        return EndedAsync();
    }

    public async Task EndedAsync()
    {
        await _process!.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        foreach (var channel in _channels)
        {
            channel.Dispose();
        }

        await new OrphanedAgents(Path.Combine(Data, "agents"), [], TimeProvider.System).StopAsync(CancellationToken.None);
        _mesh.Dispose();
        _folder.Dispose();
    }

    /// <summary>Below the kernel's own range, or a connection of somebody could take it before the daemon does.</summary>
    private static int FreePort()
    {
        while (true)
        {
            var port = 31_000 + (((Environment.ProcessId * 50) + Interlocked.Increment(ref _ports)) % 1_000);
            using var probe = new TcpListener(IPAddress.Loopback, port);
            try
            {
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's; the next one.
            }
        }
    }

    private static Process Launch(IReadOnlyList<string> arguments, string? failpoint, bool redirect = false)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardError = redirect,
            RedirectStandardOutput = redirect,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "OpsMesh.Daemon.dll") },
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["APP_API_TOKEN"] = AppToken;
        start.Environment["OPSMESH_FAILPOINT"] = failpoint;
        return Process.Start(start)!;
    }

    private DaemonService.DaemonServiceClient Client(GrpcChannel channel)
    {
        _channels.Add(channel);
        return new DaemonService.DaemonServiceClient(channel);
    }
}
