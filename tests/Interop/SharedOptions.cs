using System.CommandLine;

namespace OpsMesh.Interop;

/// <summary>Flags that both sides have. Their names are those of the interop description.</summary>
internal static class SharedOptions
{
    public static Option<bool> UseTls() => new("--use_tls") { Description = "TLS in place of plain HTTP/2.", DefaultValueFactory = _ => false };

    public static Option<string> Credentials() => new("--credentials")
    {
        Description = $"Folder of {TestCredentials.AuthorityFile}, {TestCredentials.CertificateFile} and {TestCredentials.KeyFile}, made when they are not there.",
        DefaultValueFactory = _ => TestCredentials.DefaultFolder,
    };
}
