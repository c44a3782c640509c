using System.Security.Cryptography;
using System.Text;

namespace OpsMesh.DocumentStore.Replicas;

/// <summary>Names, without asking anyone, the one live replica that takes over something.</summary>
public static class Rendezvous
{
    /// <returns>The same for everyone who knows the same live replicas; few choices move when one joins or dies.</returns>
    public static string Choose(string subject, IReadOnlyCollection<string> live) =>
        live.MaxBy(replica => Weight(subject, replica)) ?? throw new ArgumentException("Nobody lives.", nameof(live));

    private static ulong Weight(string subject, string replica) =>
        BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{subject}\n{replica}")));
}
