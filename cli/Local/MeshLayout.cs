namespace OpsMesh.Cli.Local;

/// <summary>The folders of a local run.</summary>
internal sealed class MeshLayout(string root)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Root => root;

    public string Ca => Path.Combine(root, "ca");

    public string Run => Path.Combine(root, "run");

    public string Logs => Path.Combine(root, "logs");

    /// <summary>URL and token of the console, for the CLI and for scripts; 0600.</summary>
    public string ConsoleFile => Path.Combine(Run, "console.json");

    public string SidecarTopology => Path.Combine(Run, "sidecar-topology.json");

    /// <summary>Configuration of every daprd of the mesh.</summary>
    public string DaprdConfiguration => Path.Combine(Run, "daprd.yaml");

    /// <summary>What a sidecar that joins the mesh needs in its environment, as a shell reads it; 0600.</summary>
    public string StoreVariables => Path.Combine(Run, "stores.env");

    public string UpLock => Path.Combine(Run, "up.lock");

    /// <summary>Hash of the token of the last run, so that the next one can take it back.</summary>
    public string OperatorHash => Path.Combine(root, "operator.sha256");

    public string NodeIds => Path.Combine(root, "nodes.json");

    /// <summary>An absolute `--data`, or `.opsmesh` of the repository.</summary>
    public static MeshLayout At(string? data) => new(Path.GetFullPath(data ?? Path.Combine(Repository.Root, ".opsmesh")));

    public string Data(string process) => Path.Combine(root, "data", process);

    public string Identity(string process) => Path.Combine(Data(process), "identity");

    public string Log(string process) => Path.Combine(Logs, process + ".log");

    public string RunFile(string process) => Path.Combine(Run, process + ".json");

    /// <exception cref="CliException">There can be no such folder.</exception>
    public void Create()
    {
        try
        {
            CreateFolders();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.BadConfiguration, $"{root} cannot be the data folder: {refused.Message}");
        }
    }

    public static void WritePrivate(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var halfMade = path + ".tmp";
        using (var writer = new StreamWriter(halfMade, options))
        {
            writer.Write(text);
        }

        File.Move(halfMade, path, overwrite: true);
    }

    private void CreateFolders()
    {
        foreach (var folder in (string[])[root, Ca, Run, Logs, Path.Combine(root, "data")])
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, Private);
            }
        }
    }
}
