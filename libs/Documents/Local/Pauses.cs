namespace OpsMesh.DocumentStore.Local;

internal static class Pauses
{
    /// <returns>False when the token fired first.</returns>
    public static async Task<bool> PauseAsync(this TimeProvider clock, TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(pause, clock, cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
