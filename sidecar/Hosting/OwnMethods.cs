using Dapr.Client.Autogen.Grpc.v1;

namespace OpsMesh.Sidecar.Hosting;

/// <summary>The methods of daprd's API, also those that this sidecar does not have.</summary>
internal static class OwnMethods
{
    private const string Service = "/dapr.proto.runtime.v1.Dapr/";

    // Parts of the names of what is switched off here: actors, workflows, jobs, cryptography, conversation.
    private static readonly string[] Absent = ["Actor", "Workflow", "Job", "Encrypt", "Decrypt", "Subtle", "Converse"];

    private static readonly HashSet<string> Known =
        [.. DaprReflection.Descriptor.Services.Single(s => s.FullName == "dapr.proto.runtime.v1.Dapr").Methods.Select(m => Service + m.Name)];

    public static bool Has(string path) =>
        Known.Contains(path) || (path.StartsWith(Service, StringComparison.Ordinal) && Absent.Any(a => path.Contains(a, StringComparison.Ordinal)));
}
