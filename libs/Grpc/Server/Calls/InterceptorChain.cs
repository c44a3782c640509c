namespace Grpc.AspNetCore.Server.Calls;

internal static class InterceptorChain
{
    /// <summary>Wraps <paramref name="handler"/> once, at start; the first registration ends up outermost.</summary>
    public static T Build<T>(
        IReadOnlyList<InterceptorRegistration> registrations, T handler, Func<InterceptorRegistration, T, T> wrap)
        where T : Delegate
    {
        for (var i = registrations.Count - 1; i >= 0; i--)
        {
            handler = wrap(registrations[i], handler);
        }

        return handler;
    }
}
