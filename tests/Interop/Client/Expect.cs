using Grpc.Core;

namespace OpsMesh.Interop.Client;

internal static class Expect
{
    /// <param name="what">Completes "expected ... to be": a noun.</param>
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new CaseFailedException($"expected {what} to be {expected}, not {actual}");
        }
    }

    public static async Task<Status> FailureAsync(StatusCode expected, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException failure)
        {
            return failure.StatusCode == expected
                ? failure.Status
                : throw new CaseFailedException($"expected status {expected}, not {failure.StatusCode}: {failure.Status.Detail}");
        }

        throw new CaseFailedException($"expected status {expected}, not OK");
    }
}
