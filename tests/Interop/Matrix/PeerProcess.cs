using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OpsMesh.Interop.Matrix;

/// <summary>A running program of a peer; disposing ends it.</summary>
internal sealed partial class PeerProcess : IAsyncDisposable
{
    private const int KeptErrors = 20;
    private const int LongestText = 500;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly TimeProvider _clock;
    private readonly Queue<string> _errors = [];

    private PeerProcess(Process process, TimeProvider clock)
    {
        (_process, _clock) = (process, clock);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
    }

    public static PeerProcess Start(Peer peer, TimeProvider clock, params IEnumerable<string> arguments) => Start(peer, "run", clock, arguments);

    public static PeerProcess Start(Peer peer, string script, TimeProvider clock, params IEnumerable<string> arguments)
    {
        Directory.CreateDirectory(peer.Output);
        var start = new ProcessStartInfo(Path.Combine(peer.Source, script), [peer.Output, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["INTEROP_PROTO"] = Path.Combine(peer.Source, "..", "..", "proto");
        return new PeerProcess(Process.Start(start) ?? throw new InvalidOperationException("No process came of the start."), clock);
    }

    /// <returns>Null when the program has ended.</returns>
    /// <exception cref="TimeoutException">Nothing came within the limit.</exception>
    public Task<string?> ReadLineAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        _process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(limit, _clock, cancellationToken);

    /// <summary>Waits until a server says where it listens.</summary>
    /// <returns>Null when it has ended, or said nothing in time.</returns>
    public async Task<int?> ReadPortAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await ReadLineAsync(StartLimit, cancellationToken) is { } line)
            {
                if (Listening().Match(line) is { Success: true } match)
                {
                    return int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                }
            }
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }

        return null;
    }

    public async Task<(int ExitCode, string Output)> ReadToEndAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var output = await _process.StandardOutput.ReadToEndAsync(cancellationToken).WaitAsync(limit, _clock, cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return (_process.ExitCode, output.Trim());
    }

    /// <summary>Of a program that has closed its output.</summary>
    public async Task<string> DescribeEndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(StartLimit, _clock, cancellationToken);
        lock (_errors)
        {
            var errors = string.Join(" / ", _errors);
            return $"ended with exit code {_process.ExitCode}. {(errors.Length > LongestText ? errors[..LongestText] + "..." : errors)}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_errors)
        {
            if (line is not null)
            {
                _errors.Enqueue(line);
            }

            if (_errors.Count > KeptErrors)
            {
                _errors.Dequeue();
            }
        }
    }

    [GeneratedRegex("^listening on ([0-9]+)$")]
    private static partial Regex Listening();
}
