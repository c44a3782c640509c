using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>A client certificate in the terms of AuthContext.</summary>
internal static class PeerCertificates
{
    private const string CommonName = "x509_common_name";
    private const string AlternativeName = "x509_subject_alternative_name";

    public static AuthContext Describe(X509Certificate2? certificate)
    {
        var properties = new Dictionary<string, List<AuthProperty>>(StringComparer.Ordinal);
        if (certificate is null)
        {
            return new(null, properties);
        }

        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames())
            .ToList();
        foreach (var name in names)
        {
            Add(AlternativeName, name);
        }

        if (certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } common)
        {
            Add(CommonName, common);
        }

        return new(names.Count > 0 ? AlternativeName : properties.ContainsKey(CommonName) ? CommonName : null, properties);

        void Add(string key, string value)
        {
            if (!properties.TryGetValue(key, out var values))
            {
                properties[key] = values = [];
            }

            values.Add(AuthProperty.Create(key, Encoding.UTF8.GetBytes(value)));
        }
    }
}
