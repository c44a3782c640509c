using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpsMesh.Bench.Harness;

/// <summary>A process under measurement: says one JSON object when it is ready, then one for each line it is told. It ends with its input.</summary>
internal sealed class Subject : IAsyncDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _name;

    private Subject(string name, Process process) => (_name, _process) = (name, process);

    // taskset executes the program in its own place, so this is the program's.
    public int Pid => _process.Id;

    /// <summary>What it said when it was ready.</summary>
    public JsonObject Hello { get; private set; } = [];

    /// <param name="environment">Added to the environment of the bench, less its own DOTNET_ settings.</param>
    public static async Task<Subject> StartAsync(
        string name,
        IEnumerable<string> command,
        Placement placement,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken cancellationToken)
    {
        string[] words = [.. Cores.Wrap(placement, command)];
        var start = new ProcessStartInfo(words[0], words[1..]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var inherited in start.Environment.Keys.Where(key => IsSetting(key)).ToList())
        {
            start.Environment.Remove(inherited);
        }

        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        var subject = new Subject(name, Process.Start(start) ?? throw new InvalidOperationException("No process came of the start."));
        try
        {
            subject.Hello = await subject.HearAsync(cancellationToken);
            return subject;
        }
        catch
        {
            await subject.DisposeAsync();
            throw;
        }
    }

    public async Task<JsonObject> AskAsync(string command, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(command.AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        return await HearAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(EndLimit, TimeProvider.System);
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (Exception stuck) when (stuck is OperationCanceledException or IOException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    // Tuning of whoever started the bench would change what is measured.
    private static bool IsSetting(string key) =>
        (key.StartsWith("DOTNET_", StringComparison.Ordinal) && key != "DOTNET_ROOT") || key.StartsWith("ASPNETCORE_", StringComparison.Ordinal);

    private async Task<JsonObject> HearAsync(CancellationToken cancellationToken)
    {
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new BenchException(ExitCodes.Failed, $"{_name} ended before it answered; what it wrote stands above.");
        try
        {
            return JsonNode.Parse(line)!.AsObject();
        }
        catch (JsonException)
        {
            throw new BenchException(ExitCodes.Failed, $"{_name} said: {line}");
        }
    }
}
