using System.Diagnostics.CodeAnalysis;

namespace OpsMesh.Interop.Client;

/// <summary>Runs cases, each on a channel of its own.</summary>
internal static class CaseRunner
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <returns>Why the case failed; null when it passed.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a case throws is its failure.")]
    public static async Task<string?> RunAsync(TestCase test, InteropTarget target, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var channel = new InteropChannel(target);
            await test.Run(channel, either.Token);

            // A case that waits for a cancellation must not take this one for its own.
            return limit.IsCancellationRequested ? TooSlow() : null;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when (limit.IsCancellationRequested)
        {
            return TooSlow();
        }
        catch (CaseFailedException failure)
        {
            return failure.Message;
        }
        catch (Exception failure)
        {
            return $"{failure.GetType().Name}: {failure.Message}";
        }

        static string TooSlow() => $"did not end within {Limit.TotalSeconds:0} s";
    }
}
