namespace OpsMesh.Interop.Client;

/// <summary>The server to test.</summary>
/// <param name="HostOverride">The name to ask for in TLS and :authority; null: the host's.</param>
/// <param name="Authority">Folder of the test authority for TLS; null: the authorities that this machine trusts.</param>
internal sealed record InteropTarget(string Host, int Port, bool UseTls, string? HostOverride = null, TestCredentials? Authority = null)
{
    public Uri Address => new($"{(UseTls ? "https" : "http")}://{HostOverride ?? Host}:{Port}");
}
