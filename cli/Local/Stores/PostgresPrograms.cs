namespace OpsMesh.Cli.Local.Stores;

/// <summary>Where Debian keeps PostgreSQL's programs, and how they run as somebody else than root.</summary>
internal static class PostgresPrograms
{
    private const string Versions = "/usr/lib/postgresql";

    /// <summary>The newest installed version's; null when there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>Stands before a program, because the server refuses to run as root. It may still pass through folders that are root's own.</summary>
    public static IReadOnlyList<string> AsOtherThanRoot { get; } = Environment.UserName == "root"
        ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        : [];

    public static string Path(string program) => System.IO.Path.Combine(Folder ?? throw new InvalidOperationException("PostgreSQL is not installed."), program);

    /// <summary>Makes a folder that the server's user owns; <c>initdb</c> fills it.</summary>
    public static IReadOnlyList<string> Initialise(string data, params IEnumerable<string> more) =>
        [.. AsOtherThanRoot, Path("initdb"), "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C", .. more];

    public static IReadOnlyList<string> MakeOwnFolder(string folder) =>
        ["install", "-d", "-m", "0700", .. AsOtherThanRoot.Count > 0 ? ["-o", "postgres", "-g", "postgres"] : Array.Empty<string>(), folder];

    private static string? Find() => !Directory.Exists(Versions)
        ? null
        : Directory.GetDirectories(Versions).Select(d => System.IO.Path.Combine(d, "bin")).Where(d => File.Exists(System.IO.Path.Combine(d, "postgres")))
            .OrderBy(d => int.TryParse(System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(d)), out var version) ? version : 0).LastOrDefault();
}
