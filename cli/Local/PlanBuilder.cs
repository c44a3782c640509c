using System.Globalization;
using OpsMesh.Cli.Local.Sidecars;
using OpsMesh.Cli.Local.Stores;
using OpsMesh.Cli.Topology;
using OpsMesh.Identity;

namespace OpsMesh.Cli.Local;

/// <summary>From topology to processes: folders, certificates, tokens, environment. Writes the files that the processes read.</summary>
internal sealed class PlanBuilder(TyeTopology topology, MeshLayout layout, MeshSecrets secrets, LocalIdentities identities, NodeIds nodeIds, StoreServers stores, LocalOptions options)
{
    private readonly DaprdSidecars? _daprds = options.Daprd is { } program ? new DaprdSidecars(program, layout) : null;

    public void MakeFolders()
    {
        foreach (var service in topology.Services)
        {
            Directory.CreateDirectory(layout.Data(service.Name));
        }
    }

    /// <summary>In the order in which they start.</summary>
    public IReadOnlyList<ProcessPlan> Build()
    {
        if (_daprds is null)
        {
            SidecarTopology.Write(topology, layout, secrets, AppId, Otlp);
        }
        else
        {
            _daprds.Prepare(Otlp);
        }

        return [.. topology.Services.Select(Plan)];
    }

    public string PageUrl => $"http://127.0.0.1:{topology.Console.Ports["page"]}";

    public string AppId(TyeService service) => service.Kind == ProcessKind.Node ? "daemon-" + nodeIds.Of(service.Name) : service.Name;

    private string Otlp => PageUrl;

    private ProcessPlan Plan(TyeService service)
    {
        if (service.Kind == ProcessKind.Store)
        {
            return stores.Plan(service);
        }

        if (service.Kind == ProcessKind.Sidecar && _daprds is not null)
        {
            return _daprds.Plan(service, topology, AppId, secrets, stores.Connections);
        }

        var environment = new Dictionary<string, string>(service.Environment, StringComparer.Ordinal);
        AddCommon(environment, service);
        switch (service.Kind)
        {
            case ProcessKind.Sidecar:
                foreach (var (name, value) in stores.Connections)
                {
                    environment[name] = value;
                }

                var probe = topology.Of(ProcessKind.Service).First().Dapr!;
                return new ProcessPlan
                {
                    Service = service,
                    Arguments = ["--topology", layout.SidecarTopology],
                    Environment = environment,
                    ReadyUrl = Local(probe.HttpPort, "/v1.0/healthz/outbound"),
                };
            case ProcessKind.Node:
                return PlanNode(service, environment);
            case ProcessKind.Service:
                AddIdentity(environment, identities.ForService(service.Name));
                environment["OPSMESH_PORTS__NODE"] = Number(service.Ports["node"]);
                break;
            case ProcessKind.Console:
                AddIdentity(environment, identities.ForService(service.Name));
                environment["OPSMESH_PORTS__PAGE"] = Number(service.Ports["page"]);
                environment["OPSMESH_LOGIN__ONETIMETOKEN"] = secrets.OneTimeToken;
                environment["OPSMESH_LOGIN__TOKENFILE"] = layout.ConsoleFile;
                break;
            default:
                break;
        }

        environment["OPSMESH_STORAGE__FOLDER"] = layout.Data(service.Name);
        environment["OPSMESH_PORTS__APP"] = Number(service.Ports["app"]);
        environment["OPSMESH_PORTS__MANAGEMENT"] = Number(service.Ports["management"]);
        foreach (var other in topology.Of(ProcessKind.Service))
        {
            environment[$"OPSMESH_ENDPOINTS__{other.Name.ToUpperInvariant()}"] = $"https://127.0.0.1:{other.Ports["node"]}";
        }

        return new ProcessPlan
        {
            Service = service,
            Environment = environment,
            ReadyUrl = Local(service.Ports["management"], "/readyz"),
            Login = service.Kind == ProcessKind.Console ? new ConsoleFile(PageUrl, secrets.OperatorToken) : null,
        };
    }

    private ProcessPlan PlanNode(TyeService service, Dictionary<string, string> environment)
    {
        var nodeId = nodeIds.Of(service.Name);
        var config = Path.Combine(layout.Data(service.Name), "daemon.yaml");
        var yaml = DaemonConfig.Render(service, identities.ForNode(service.Name, nodeId), layout.Data(service.Name), topology.Of(ProcessKind.Service), options);
        MeshLayout.WritePrivate(config, yaml);
        environment["OTEL_SERVICE_NAME"] = "daemon";
        return new ProcessPlan
        {
            Service = service,
            NodeId = nodeId,
            Arguments = ["--config", config],
            Environment = environment,
            ReadyUrl = Local(service.Ports["management"], "/readyz"),
        };
    }

    private void AddCommon(Dictionary<string, string> environment, TyeService service)
    {
        environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        environment["DOTNET_NOLOGO"] = "1";
        // One machine runs all of them: a heap per core each would only cost memory.
        environment["DOTNET_gcServer"] = "0";
        // Some twenty programs start at once and do little afterwards: measuring them for later optimisation costs an eighth of the start.
        environment["DOTNET_TieredPGO"] = "0";
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = Otlp;
        environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        environment["OTEL_METRICS_EXPORTER"] = "none";
        environment["OTEL_LOGS_EXPORTER"] = "none";
        if (service.Dapr is { } dapr)
        {
            environment["DAPR_HTTP_PORT"] = Number(dapr.HttpPort);
            environment["DAPR_GRPC_PORT"] = Number(dapr.GrpcPort);
            (environment["DAPR_API_TOKEN"], environment["APP_API_TOKEN"]) = secrets.SidecarOf(service.Name);
        }
    }

    private static void AddIdentity(Dictionary<string, string> environment, IdentityFiles identity)
    {
        environment["OPSMESH_IDENTITY__CERTIFICATE"] = identity.Certificate;
        environment["OPSMESH_IDENTITY__KEY"] = identity.Key;
        environment["OPSMESH_IDENTITY__ROOTS"] = identity.Roots;
        environment["OPSMESH_IDENTITY__TRUSTDOMAIN"] = identity.TrustDomain;
    }

    private static Uri Local(int port, string path) => new($"http://127.0.0.1:{port}{path}");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
