namespace OpsMesh.Sidecar.Hosting;

/// <summary>How the application's health is asked for (--enable-app-health-check).</summary>
internal sealed record AppHealthPlan(string Path, TimeSpan Interval, TimeSpan Timeout, int Threshold);
