namespace Grpc.Core;

/// <summary>Tasks whose failure is nobody's concern unless somebody awaits them.</summary>
internal static class Observed
{
    public static Task<T> Of<T>(Task<T> task)
    {
        if (task.IsFaulted)
        {
            _ = task.Exception;
        }
        else if (!task.IsCompleted)
        {
            _ = task.ContinueWith(
                static failed => _ = failed.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        return task;
    }
}
