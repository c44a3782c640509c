using System.Globalization;
using Npgsql;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.State;

/// <summary>What the metadata of a state.postgresql component say.</summary>
/// <param name="Connection">In Npgsql's words.</param>
/// <param name="Timeout">Limit of one call; daprd's default is 20 s.</param>
/// <param name="CleanupInterval">How often expired rows are deleted; null: never.</param>
internal sealed record PostgresOptions(string Connection, string TablePrefix, string MetadataTable, TimeSpan Timeout, TimeSpan? CleanupInterval)
{
    private static readonly string[] Known =
    [
        "connectionString", "host", "hostaddr", "port", "database", "user", "password", "sslRootCert", "timeout", "timeoutInSeconds", "tablePrefix",
        "metadataTableName", "cleanupInterval", "cleanupIntervalInSeconds", "maxConns", "connectionMaxIdleTime", "queryExecMode", "keyPrefix", "actorStateStore",
    ];

    public static PostgresOptions Read(Component component)
    {
        if (component.Metadata.Keys.FirstOrDefault(k => !Known.Contains(k, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw Wrong(component, $"unknown metadata '{unknown}' for {component.Type}/{component.Version}");
        }

        return new PostgresOptions(
            Connect(component).ToString(),
            Identifier(component, "tablePrefix", ""),
            Identifier(component, "metadataTableName", "dapr_metadata"),
            Duration(component, "timeout") ?? Duration(component, "timeoutInSeconds") ?? TimeSpan.FromSeconds(20),
            component.Value("cleanupInterval") is null ? TimeSpan.FromHours(1) : Duration(component, "cleanupInterval"));
    }

    private static NpgsqlConnectionStringBuilder Connect(Component component)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = LibpqConnection.Translate(component.Value("connectionString") ?? "");
        }
        catch (FormatException e)
        {
            throw Wrong(component, $"metadata 'connectionString': {e.Message}");
        }

        builder.Host = component.Value("hostaddr") ?? component.Value("host") ?? builder.Host;
        builder.Database = component.Value("database") ?? builder.Database;
        builder.Username = component.Value("user") ?? builder.Username;
        builder.Password = component.Value("password") ?? builder.Password;
        builder.RootCertificate = component.Value("sslRootCert") ?? builder.RootCertificate;
        builder.Port = Number(component, "port") ?? builder.Port;
        builder.MaxPoolSize = Number(component, "maxConns") is > 0 and var size ? size : builder.MaxPoolSize;
        if (Duration(component, "connectionMaxIdleTime") is { } idle)
        {
            builder.ConnectionIdleLifetime = Math.Max(1, (int)idle.TotalSeconds);
        }

        if (string.IsNullOrEmpty(builder.Host))
        {
            throw Wrong(component, "metadata 'connectionString' is required");
        }

        builder.ApplicationName ??= "OpsMesh.Sidecar";
        return builder;
    }

    private static string Identifier(Component component, string name, string fallback)
    {
        var text = component.Value(name) ?? fallback;
        return text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '.')
            ? text
            : throw Wrong(component, $"metadata '{name}' is no name of a table in lower case");
    }

    private static int? Number(Component component, string name) => component.Value(name) switch
    {
        null => null,
        { } text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw Wrong(component, $"metadata '{name}' must be a number"),
    };

    private static TimeSpan? Duration(Component component, string name)
    {
        if (component.Value(name) is not { } text)
        {
            return null;
        }

        var duration = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : GoDuration.Parse(text) ?? throw Wrong(component, $"metadata '{name}' must be a duration such as 10s");
        return duration > TimeSpan.Zero ? duration : null;
    }

    private static PlanException Wrong(Component component, string problem) => new($"{component.Place}: component '{component.Name}': {problem}");
}
