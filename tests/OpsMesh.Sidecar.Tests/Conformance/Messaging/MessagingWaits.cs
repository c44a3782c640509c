using System.Net;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

internal static class MessagingWaits
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    public static async Task UntilReadyAsync(ReplaySidecar sidecar, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var answer = await sidecar.Http.GetAsync(new Uri("v1.0/healthz", UriKind.Relative), cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NoContent)
            {
                return;
            }

            await Task.Delay(Step, TimeProvider.System, cancellationToken);
        }
    }

    /// <returns>False when it did not come true in time; the comparison tells what is missing.</returns>
    public static async Task<bool> UntilAsync(Func<bool> isTrue, TimeSpan patience, CancellationToken cancellationToken)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!isTrue())
        {
            if (TimeProvider.System.GetElapsedTime(since) > patience)
            {
                return false;
            }

            await Task.Delay(Step, TimeProvider.System, cancellationToken);
        }

        return true;
    }
}
