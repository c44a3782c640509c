using System.Globalization;

namespace OpsMesh.Sidecar.Hosting;

/// <summary>daprd's flags for one application, or <c>--topology</c> for a whole mesh.</summary>
internal static class CommandLine
{
    public const string Help = """
        OpsMesh.Sidecar: a stand-in for daprd on a development machine. Not for production.

        A whole mesh in one process:
          --topology FILE              JSON: resources_paths, data_folder, otlp_endpoint, misbehaviour, apps

        One application, with daprd's flags:
          --app-id ID                  required
          --app-port PORT              none: nothing is sent to the application
          --app-channel-address HOST   default 127.0.0.1
          --app-protocol http|h2c|grpc default http
          --dapr-http-port PORT        default 3500
          --dapr-grpc-port PORT        default 50001
          --resources-path FOLDER      may be repeated; YAML files of components, subscriptions, resiliency
          --data-folder FOLDER         what {data} in component files stands for
          --max-body-size SIZE         default 4Mi
          --read-buffer-size SIZE      default 4Ki; limit of headers over HTTP
          --config FILE                a Configuration: API lists, scopes of secrets and nameResolution (sqlite) have an effect
          --dapr-internal-grpc-port PORT
                                       where sidecars of other processes pass calls on, with nameResolution
          --version                    daprd's, whose API this one offers
          --allowed-origins LIST       default none
          --dapr-public-port PORT      health and metadata only
          --app-max-concurrency N      calls at a time of an application that speaks HTTP
          --disable-init-endpoints LIST  config, subscribe: not asked of the application
          --enable-app-health-check    with --app-health-check-path, --app-health-probe-interval, -timeout and
                                       --app-health-threshold
          --misbehaviour FILE          for tests: components go wrong on purpose (README.md)

        Environment: DAPR_API_TOKEN, APP_API_TOKEN, NAMESPACE, OTEL_EXPORTER_OTLP_ENDPOINT.
        It listens on the loopback interface only.
        """;

    // Accepted because daprd takes them; they change nothing here. True: a value follows.
    private static readonly Dictionary<string, bool> WithoutEffect = new(StringComparer.Ordinal)
    {
        ["metrics-port"] = true,
        ["enable-metrics"] = false,
        ["log-level"] = true,
        ["log-as-json"] = false,
        ["mode"] = true,
        ["placement-host-address"] = true,
        ["scheduler-host-address"] = true,
        ["dapr-graceful-shutdown-seconds"] = true,
        ["enable-mtls"] = false,
        ["enable-api-logging"] = false,
        ["dapr-internal-grpc-listen-address"] = true,
        ["dapr-block-shutdown-duration"] = true,
        ["enable-profiling"] = false,
        ["profile-port"] = true,
    };

    /// <returns>Null when help was asked for.</returns>
    public static SidecarPlan? Read(IReadOnlyList<string> args, Func<string, string?> environment)
    {
        var flags = new Flags(args);
        if (flags.Has("help") || flags.Has("h"))
        {
            return null;
        }

        if (flags.Single("topology") is { } topology)
        {
            flags.RefuseOthers();
            return TopologyFile.Read(topology);
        }

        var configuration = flags.Single("config") is { } config ? Resources.ConfigurationReader.ReadFile(config) : Resources.ConfigurationResource.Empty;
        var app = new AppPlan(
            flags.Single("app-id") ?? throw new PlanException("--app-id or --topology is required; --help tells more"),
            flags.Port("app-port"),
            Protocol(flags.Single("app-protocol")),
            flags.Port("dapr-http-port") ?? 3500,
            flags.Port("dapr-grpc-port") ?? 50001,
            NullIfEmpty(environment("DAPR_API_TOKEN")),
            NullIfEmpty(environment("APP_API_TOKEN")))
        {
            Namespace = NullIfEmpty(environment("NAMESPACE")),
            MaxBodyBytes = Size(flags, "max-body-size", "4Mi"),
            ReadBufferBytes = Size(flags, "read-buffer-size", "4Ki"),
            PublicPort = flags.Port("dapr-public-port"),
            InternalPort = flags.Port("dapr-internal-grpc-port") is { } internalPort && configuration.Names is not null ? internalPort : null,
            AllowedOrigins = (flags.Single("allowed-origins") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            ChannelAddress = flags.Single("app-channel-address") ?? "127.0.0.1",
            MaxConcurrency = flags.Port("app-max-concurrency"),
            UnaskedEndpoints = Endpoints(flags.Single("disable-init-endpoints")),
            Health = flags.Has("enable-app-health-check") ? Health(flags) : null,
            Configuration = configuration,
        };
        if (flags.Single("dapr-listen-addresses") is { } address && address is not ("127.0.0.1" or "localhost" or "::1"))
        {
            throw new PlanException($"--dapr-listen-addresses {address}: this sidecar listens on the loopback interface only");
        }

        string[] folders = [.. flags.All("resources-path"), .. flags.All("components-path")];
        var plan = new SidecarPlan(folders, flags.Single("data-folder"), OtlpEndpoint: null, [app]) { MisbehaviourFile = flags.Single("misbehaviour") };
        flags.RefuseOthers();
        PlanChecks.Check(plan, "command line");
        return plan;
    }

    private static AppProtocol Protocol(string? text) => text switch
    {
        null or "http" => AppProtocol.Http,
        "grpc" => AppProtocol.Grpc,
        "h2c" => AppProtocol.H2c,
        _ => throw new PlanException($"--app-protocol: must be http, h2c or grpc, not '{text}'"),
    };

    private static string[] Endpoints(string? list)
    {
        var names = (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.FirstOrDefault(n => n is not (AppPlan.ConfigEndpoint or AppPlan.SubscribeEndpoint)) is { } unknown
            ? throw new PlanException($"--disable-init-endpoints: must be of config and subscribe, not '{unknown}'")
            : names;
    }

    private static AppHealthPlan Health(Flags flags) => new(
        flags.Single("app-health-check-path") ?? "/healthz",
        TimeSpan.FromSeconds(flags.Port("app-health-probe-interval") ?? 5),
        TimeSpan.FromMilliseconds(flags.Port("app-health-probe-timeout") ?? 500),
        flags.Port("app-health-threshold") ?? 3);

    private static int Size(Flags flags, string name, string fallback)
    {
        var text = flags.Single(name) ?? fallback;
        var (digits, unit) = text switch
        {
            _ when text.EndsWith("Ki", StringComparison.Ordinal) => (text[..^2], 1 << 10),
            _ when text.EndsWith("Mi", StringComparison.Ordinal) => (text[..^2], 1 << 20),
            _ => (text, 1),
        };
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1024 * 1024 * 1024
            ? checked(number * unit)
            : throw new PlanException($"--{name}: must be a size such as 4Mi, not '{text}'");
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <summary>Flags with one or two dashes, their value behind an equals sign or in the next argument.</summary>
    private sealed class Flags
    {
        private readonly Dictionary<string, List<string>> _given = new(StringComparer.Ordinal);
        private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

        public Flags(IReadOnlyList<string> args)
        {
            for (var i = 0; i < args.Count; i++)
            {
                if (!args[i].StartsWith('-'))
                {
                    throw new PlanException($"'{args[i]}' is not a flag; --help tells more");
                }

                var (name, value) = args[i].TrimStart('-').Split('=', 2) is [var left, var right] ? (left, right) : (args[i].TrimStart('-'), null);
                if (value is null && i + 1 < args.Count && !args[i + 1].StartsWith('-') && WithoutEffect.GetValueOrDefault(name, name != "enable-app-health-check"))
                {
                    value = args[++i];
                }

                (_given.TryGetValue(name, out var values) ? values : _given[name] = []).Add(value ?? "");
            }
        }

        public bool Has(string name) => All(name).Count > 0;

        public List<string> All(string name)
        {
            _asked.Add(name);
            return _given.GetValueOrDefault(name) ?? [];
        }

        public string? Single(string name) => All(name) switch
        {
            [] => null,
            [""] => throw new PlanException($"--{name}: needs a value"),
            [var value] => value,
            _ => throw new PlanException($"--{name}: is there more than once"),
        };

        public int? Port(string name) => Single(name) switch
        {
            null => null,
            var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) => port,
            var text => throw new PlanException($"--{name}: must be a port, not '{text}'"),
        };

        public void RefuseOthers()
        {
            if (_given.Keys.FirstOrDefault(k => !_asked.Contains(k) && !WithoutEffect.ContainsKey(k)) is { } unknown)
            {
                throw new PlanException($"--{unknown}: unknown flag; --help tells more");
            }
        }
    }
}
