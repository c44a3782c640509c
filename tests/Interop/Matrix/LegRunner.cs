using System.Globalization;
using OpsMesh.Interop.Client;
using OpsMesh.Interop.Server;

namespace OpsMesh.Interop.Matrix;

/// <summary>Runs the cases of a leg. Our side runs in this process, the peer's in one of its own.</summary>
internal sealed class LegRunner(TimeProvider clock)
{
    private const string Host = "127.0.0.1";

    /// <summary>What the test certificate is for, in the interop description.</summary>
    private const string CertifiedName = "foo.test.google.fr";

    private static readonly TimeSpan CaseLimit = TimeSpan.FromSeconds(30);

    public async Task<LegResult> RunAsync(Leg leg, CancellationToken cancellationToken)
    {
        var credentials = leg.UseTls ? TestCredentials.In(TestCredentials.DefaultFolder, clock) : null;
        return await (leg.OurClient ? OurClientAsync(leg, credentials, cancellationToken) : TheirClientAsync(leg, credentials, cancellationToken));
    }

    private async Task<LegResult> OurClientAsync(Leg leg, TestCredentials? credentials, CancellationToken cancellationToken)
    {
        await using var server = PeerProcess.Start(leg.Peer, clock, ["server", "--port=0", .. Tls(credentials)]);
        if (await server.ReadPortAsync(cancellationToken) is not { } port)
        {
            return LegResult.Broken(leg, $"its server {await server.DescribeEndAsync(cancellationToken)}");
        }

        var target = new InteropTarget(Host, port, leg.UseTls, leg.UseTls ? CertifiedName : null, credentials);
        var results = new List<CaseResult>();
        foreach (var test in TestCases.All.Where(c => leg.Cases.Contains(c.Name)))
        {
            var since = clock.GetTimestamp();
            var failure = await CaseRunner.RunAsync(test, target, clock, cancellationToken);
            results.Add(new CaseResult(test.Name, failure, clock.GetElapsedTime(since)));
        }

        return new LegResult(leg, results);
    }

    private async Task<LegResult> TheirClientAsync(Leg leg, TestCredentials? credentials, CancellationToken cancellationToken)
    {
        await using var server = await InteropServer.StartAsync(0, credentials, cancellationToken);
        var waiting = new Queue<string>(leg.Cases);
        var results = new List<CaseResult>();
        while (waiting.Count > 0)
        {
            // One start for all cases. A client that hangs or dies loses the case it is at; the rest gets another client.
            string[] flags = ["client", $"--server_host={Host}", $"--server_port={server.Port.ToString(CultureInfo.InvariantCulture)}", $"--test_case={string.Join(',', waiting)}", .. Tls(credentials)];
            await using var client = PeerProcess.Start(leg.Peer, clock, credentials is null ? flags : [.. flags, "--use_test_ca=true", $"--server_host_override={CertifiedName}"]);
            await ReadResultsAsync(client, server.Errors, waiting, results, cancellationToken);
        }

        return new LegResult(leg, results);
    }

    private async Task ReadResultsAsync(PeerProcess client, ServerErrors errors, Queue<string> waiting, List<CaseResult> results, CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        while (waiting.TryPeek(out var name))
        {
            var (ended, failure) = await ReadResultAsync(client, name, cancellationToken);
            failure ??= errors.Take() is { } logged ? $"our server logged: {logged}" : null;
            results.Add(new CaseResult(waiting.Dequeue(), failure, clock.GetElapsedTime(since)));
            since = clock.GetTimestamp();
            if (ended)
            {
                return;
            }
        }
    }

    private static async Task<(bool Ended, string? Failure)> ReadResultAsync(PeerProcess client, string name, CancellationToken cancellationToken)
    {
        try
        {
            while (await client.ReadLineAsync(CaseLimit, cancellationToken) is { } line)
            {
                if (line == $"{name} ok")
                {
                    return (false, null);
                }

                if (line.StartsWith($"{name} failed: ", StringComparison.Ordinal))
                {
                    return (false, line[$"{name} failed: ".Length..]);
                }
            }

            return (true, $"the client {await client.DescribeEndAsync(cancellationToken)}");
        }
        catch (TimeoutException)
        {
            return (true, $"said nothing for {CaseLimit.TotalSeconds:0} s");
        }
    }

    private static string[] Tls(TestCredentials? credentials) => credentials is null ? ["--use_tls=false"] : ["--use_tls=true", $"--credentials={credentials.Folder}"];
}
