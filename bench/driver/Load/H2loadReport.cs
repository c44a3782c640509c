using System.Globalization;
using System.Text.RegularExpressions;
using OpsMesh.Bench.Harness;

namespace OpsMesh.Bench.Load;

/// <summary>The figures of h2load's report.</summary>
internal sealed partial record H2loadReport(long Requests, double Rate)
{
    /// <exception cref="BenchException">It is not a report, or requests failed.</exception>
    public static H2loadReport Parse(string output)
    {
        var finished = Finished().Match(output);
        var requests = Counts().Match(output);
        if (!finished.Success || !requests.Success)
        {
            throw new BenchException(ExitCodes.Failed, $"h2load reported nothing that is understood here:\n{output}");
        }

        var (done, failed) = (Long(requests.Groups[1]), Long(requests.Groups[2]) + Long(requests.Groups[3]) + Long(requests.Groups[4]));
        var good = Statuses().Match(output) is { Success: true } statuses ? Long(statuses.Groups[1]) : 0;
        return done > 0 && failed == 0 && good >= done
            ? new(done, double.Parse(finished.Groups[1].Value, CultureInfo.InvariantCulture))
            : throw new BenchException(ExitCodes.Failed, $"h2load saw failures:\n{output}");
    }

    private static long Long(Group group) => long.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"finished in \S+, ([\d.]+) req/s")]
    private static partial Regex Finished();

    [GeneratedRegex(@"(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout")]
    private static partial Regex Counts();

    [GeneratedRegex(@"status codes: (\d+) 2xx")]
    private static partial Regex Statuses();
}
