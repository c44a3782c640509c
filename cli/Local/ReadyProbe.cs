using System.Net.Sockets;
using OpsMesh.Cli.Local.Stores;

namespace OpsMesh.Cli.Local;

/// <summary>Waits until a process says that it is ready, or is no more.</summary>
internal sealed class ReadyProbe(HttpClient http, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <exception cref="CliException">It ended, with the tail of its log; or it was not ready in time.</exception>
    public async Task WaitAsync(ChildProcess child, TimeSpan limit, CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        while (!await IsReadyAsync(child.Plan.ReadyUrl, cancellationToken) || !IsItself(child))
        {
            if (child.HasExited)
            {
                throw Ended(child);
            }

            if (clock.GetElapsedTime(since) > limit)
            {
                throw new CliException(ExitCodes.ChildFailed, $"{child.Plan.Name} was not ready after {limit.TotalSeconds:0} s ({child.Plan.ReadyUrl}).\n{Tail(child)}");
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    public static CliException Ended(ChildProcess child)
    {
        const int PortTaken = 3;
        var name = child.Plan.Name;
        if (child.ExitCode == PortTaken && child.Plan.Service.Ports.Values.FirstOrDefault(p => !PortCheck.IsFree(p)) is > 0 and var port)
        {
            return PortCheck.Taken(port, name);
        }

        return new CliException(ExitCodes.ChildFailed, $"{name} ended with exit code {child.ExitCode} while the mesh was starting.\n{Tail(child)}");
    }

    public async Task<bool> IsReadyAsync(Uri url, CancellationToken cancellationToken)
    {
        if (url.Scheme is StoreProbe.Postgres or StoreProbe.Redis)
        {
            return await StoreProbe.IsReadyAsync(url, cancellationToken);
        }

        try
        {
            using var answer = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or SocketException || (notYet is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Whoever answers may belong to another mesh that took the port first.</summary>
    private static bool IsItself(ChildProcess child) => PortOwner.PidOf(child.Plan.ReadyUrl.Port) is not { } owner || owner == child.Pid;

    private static string Tail(ChildProcess child) => $"The end of {child.Log}:\n{child.LogTail(20)}";
}
