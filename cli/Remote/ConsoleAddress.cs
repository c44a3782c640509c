using System.Text.Json;

namespace OpsMesh.Cli.Remote;

/// <summary>Where the console is and what to show it: OPSMESH_URL and OPSMESH_TOKEN, else what `up` wrote.</summary>
internal sealed record ConsoleAddress(Uri Url, string Token)
{
    private const string UrlVariable = "OPSMESH_URL";
    private const string TokenVariable = "OPSMESH_TOKEN";
    private static readonly string FileOfRun = Path.Combine("run", "console.json");

    /// <exception cref="CliException">Neither names a console.</exception>
    public static async Task<ConsoleAddress> FindAsync(string? data, CancellationToken cancellationToken)
    {
        var url = Environment.GetEnvironmentVariable(UrlVariable);
        var token = Environment.GetEnvironmentVariable(TokenVariable);
        if (string.IsNullOrEmpty(url) || string.IsNullOrEmpty(token))
        {
            var file = data is null ? FindFile() : Path.Combine(data, FileOfRun);
            var (fileUrl, fileToken) = await ReadAsync(file, cancellationToken);
            (url, token) = (string.IsNullOrEmpty(url) ? fileUrl : url, string.IsNullOrEmpty(token) ? fileToken : token);
        }

        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new ConsoleAddress(address, token)
            : throw new CliException(ExitCodes.BadConfiguration, $"'{url}' is not the URL of a console ({UrlVariable})");
    }

    /// <summary>No secrets in messages.</summary>
    public override string ToString() => Url.ToString();

    /// <summary>The launcher names the repository; else the nearest folder upwards that has a local run.</summary>
    private static string FindFile()
    {
        var root = Environment.GetEnvironmentVariable("OPSMESH_ROOT") is { Length: > 0 } given ? given : Directory.GetCurrentDirectory();
        string In(DirectoryInfo folder) => Path.Combine(folder.FullName, ".opsmesh", FileOfRun);
        for (var folder = new DirectoryInfo(root); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(In(folder)))
            {
                return In(folder);
            }
        }

        return In(new DirectoryInfo(root));
    }

    private static async Task<(string Url, string Token)> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            throw new CliException(ExitCodes.NotUp, $"no console is known: start one with 'opsmesh up', or set {UrlVariable} and {TokenVariable} (there is no {file})") { IsTransient = true };
        }

        try
        {
            using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellationToken));
            return (json.RootElement.GetProperty("url").GetString() ?? "", json.RootElement.GetProperty("token").GetString() ?? "");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CliException(ExitCodes.BadConfiguration, $"{file} does not hold url and token: {exception.Message}");
        }
    }
}
