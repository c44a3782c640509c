using System.Diagnostics;
using System.Globalization;
using OpsMesh.Bench.Harness;

namespace OpsMesh.Bench.Load;

/// <summary>nghttp2's load generator: it costs far less per request than what it loads.</summary>
internal static class H2load
{
    public static async Task<H2loadReport> RunAsync(
        Uri server, ServerLoad load, TimeSpan length, CancellationToken cancellationToken)
    {
        string[] command =
        [
            .. Cores.Wrap(
                load.Placement,
                [
                    "h2load", "-t", "1", "-c", Text(load.Connections), "-m", Text(load.Streams), "-D", $"{Text((int)length.TotalMilliseconds)}ms",
                    "-d", load.Body, "-H", "content-type: application/grpc", "-H", "te: trailers",
                    .. load.Header is null ? (string[])[] : ["-H", load.Header], new Uri(server, load.Path).ToString(),
                ]),
        ];
        using var process = Process.Start(
            new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("No process came of the start.");
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? H2loadReport.Parse(output)
                : throw new BenchException(ExitCodes.Failed, $"h2load ended with {process.ExitCode}: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
