using OpsMesh.Sidecar.Cel;

namespace OpsMesh.Sidecar.Resilience;

/// <param name="MaxRequests">Calls let through at a time while half open; that many successes close it again.</param>
/// <param name="Interval">How often the counts begin anew while closed; zero: never.</param>
/// <param name="Timeout">How long it stays open.</param>
/// <param name="Trip">When it opens: an expression over requests, totalSuccesses, totalFailures, consecutiveSuccesses and consecutiveFailures.</param>
internal sealed record BreakerPolicy(int MaxRequests, TimeSpan Interval, TimeSpan Timeout, CelNode Trip);
