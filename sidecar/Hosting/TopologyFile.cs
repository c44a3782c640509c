using System.Text.Json;

namespace OpsMesh.Sidecar.Hosting;

/// <summary>Reads the file that describes a whole mesh (<c>--topology</c>).</summary>
internal static class TopologyFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    public static SidecarPlan Read(string path)
    {
        Document document;
        try
        {
            using var stream = File.OpenRead(path);
            document = JsonSerializer.Deserialize<Document>(stream, Json) ?? throw new PlanException($"{path}: is empty");
        }
        catch (IOException e)
        {
            throw new PlanException($"{path}: {e.Message}");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new PlanException($"{path}: {e.Message}");
        }
        catch (JsonException e)
        {
            throw new PlanException($"{path}:{e.LineNumber + 1}: {e.Path}: {e.Message}");
        }

        return ToPlan(document, path);
    }

    private static SidecarPlan ToPlan(Document document, string path)
    {
        var otlp = string.IsNullOrEmpty(document.OtlpEndpoint) ? null : new Uri(document.OtlpEndpoint);
        var apps = (document.Apps ?? []).Select((app, i) => ToPlan(app, $"{path}: apps[{i}]")).ToArray();
        var plan = new SidecarPlan(document.ResourcesPaths ?? [], document.DataFolder, otlp, apps) { MisbehaviourFile = document.Misbehaviour };
        PlanChecks.Check(plan, path);
        return plan;
    }

    private static AppPlan ToPlan(App app, string place)
    {
        var protocol = app.AppProtocol switch
        {
            "grpc" => AppProtocol.Grpc,
            "h2c" => AppProtocol.H2c,
            null or "http" => AppProtocol.Http,
            var other => throw new PlanException($"{place}.app_protocol: must be grpc, h2c or http, not '{other}'"),
        };
        var plan = new AppPlan(app.AppId ?? "", app.AppPort, protocol, app.HttpPort, app.GrpcPort, app.ApiToken, app.AppApiToken);
        return plan.AppId.Length > 0 ? plan : throw new PlanException($"{place}.app_id: is required");
    }

    private sealed class Document
    {
        public List<string>? ResourcesPaths { get; set; }

        public string? DataFolder { get; set; }

        public string? OtlpEndpoint { get; set; }

        public string? Misbehaviour { get; set; }

        public List<App>? Apps { get; set; }
    }

    private sealed class App
    {
        public string? AppId { get; set; }

        public int? AppPort { get; set; }

        public string? AppProtocol { get; set; }

        public int HttpPort { get; set; }

        public int GrpcPort { get; set; }

        // daprd's own ports between sidecars and for metrics: one process serves the mesh, so neither is opened.
        public int? InternalPort { get; set; }

        public int? MetricsPort { get; set; }

        public string? ApiToken { get; set; }

        public string? AppApiToken { get; set; }
    }
}
