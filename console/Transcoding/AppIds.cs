namespace OpsMesh.Console.Transcoding;

/// <summary>Which service owns a proto package.</summary>
internal static class AppIds
{
    public const string Registry = "registry";

    /// <summary>opsmesh.agent_command.v1 is agent-command's. Only telemetry's service has another name than its package.</summary>
    public static string Of(string package) => package.Split('.') switch
    {
        ["opsmesh", "telemetry", _] => "telemetry-ingest",
        ["opsmesh", var slice, _] => slice.Replace('_', '-'),
        _ => throw new InvalidOperationException($"'{package}' is no package of OpsMesh."),
    };
}
