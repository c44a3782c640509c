using System.Net.Security;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using OpsMesh.Testing;

namespace OpsMesh.Identity;

/// <summary>The one place that says whom we trust, and the proof that there is no other.</summary>
public sealed partial class PeerValidationTests : IDisposable
{
    private readonly TestMesh _ours = new();
    private readonly TestMesh _foreign = new();

    public void Dispose()
    {
        _ours.Dispose();
        _foreign.Dispose();
    }

    [Fact]
    public void EveryCallback_RefusesAForeignChain()
    {
        var server = _foreign.Service("registry");
        var callbacks = AllCallbacks();

        Assert.Equal(2, callbacks.Count);
        foreach (var (name, callback) in callbacks)
        {
            foreach (var chain in ForeignChains(server))
            {
                // The framework's own verdict does not help: a system store might trust what is not ours.
                foreach (var errors in (SslPolicyErrors[])[SslPolicyErrors.None, SslPolicyErrors.RemoteCertificateNameMismatch, SslPolicyErrors.RemoteCertificateChainErrors])
                {
                    Assert.False(callback(this, server.Leaf, chain, errors), $"{name} let a foreign chain in with {errors}");
                }
            }
        }
    }

    [Fact]
    public void EveryCallback_AcceptsOurChain()
    {
        var server = _ours.Service("registry");
        using var chain = Build(server, server.Roots);

        foreach (var (name, callback) in AllCallbacks())
        {
            Assert.True(callback(this, server.Leaf, chain, SslPolicyErrors.None), name);
        }
    }

    [Fact]
    public void NoOtherFileOfTheProduct_JudgesCertificates()
    {
        var root = RepositoryRoot();
        var found = ((string[])["libs", "services", "daemon", "console", "cli", "sidecar", "samples", "proto"])
            .Select(folder => Path.Combine(root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/node_modules/", StringComparison.Ordinal))
            .Where(file => JudgesCertificates().IsMatch(File.ReadAllText(Path.Combine(root, file))))
            .Order(StringComparer.Ordinal);

        Assert.Equal(
            ["libs/Identity/ChainPolicy.cs", "libs/Identity/MeshHandlers.cs", "libs/Identity/MeshTls.cs", "libs/Identity/PeerValidation.cs"],
            found);
    }

    /// <summary>By reflection over the assembly: a callback that is added is called here without anybody remembering to.</summary>
    private List<(string Name, RemoteCertificateValidationCallback Callback)> AllCallbacks()
    {
        var all = new List<(string, RemoteCertificateValidationCallback)>();
        foreach (var method in typeof(MeshIdentity).Assembly.GetTypes().SelectMany(type => type.GetMethods(
                     BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)))
        {
            if (method.ReturnType == typeof(RemoteCertificateValidationCallback))
            {
                var arguments = method.GetParameters().Select(Argument).ToArray();
                all.Add((method.Name, (RemoteCertificateValidationCallback)method.Invoke(null, arguments)!));
            }
        }

        return all;
    }

    private object Argument(ParameterInfo parameter) => parameter.ParameterType == typeof(X509Certificate2Collection)
        ? _ours.Service("registry").Roots
        : (object)(Func<SpiffeId, bool>)(_ => true);

    private static IEnumerable<X509Chain?> ForeignChains(MeshIdentity server)
    {
        yield return null;
        yield return new X509Chain();
        yield return Build(server, server.Roots);
        yield return Build(server, []);
    }

    private static X509Chain Build(MeshIdentity server, X509Certificate2Collection trusted)
    {
        var chain = new X509Chain { ChainPolicy = ChainPolicy.Strict(trusted) };
        chain.ChainPolicy.ExtraStore.AddRange(server.Intermediates);
        chain.Build(server.Leaf);
        return chain;
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OpsMesh.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"CertificateValidation|CertificateCustomValidation|DangerousAccept|AllowAnyClientCertificate|X509ChainPolicy|CertificateChainPolicy")]
    private static partial Regex JudgesCertificates();
}
