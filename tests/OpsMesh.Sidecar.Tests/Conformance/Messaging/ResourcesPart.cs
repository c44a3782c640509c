extern alias sidecar;

using sidecar::OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>The resources that stand at the top of the recordings under a name of their own: this sidecar reads them too, but for brokers that it has not.</summary>
internal sealed class ResourcesPart : IReplayPart
{
    public bool Takes(RecordedCase recorded) => recorded.Name.Contains("/resources/", StringComparison.Ordinal);

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        foreach (var one in cases)
        {
            var file = Path.Combine(folder.Path, "resource.yaml");
            await File.WriteAllTextAsync(file, MessagingYaml.Components(one.Yaml, 6379), cancellationToken);
            told(one, Read(one, folder.Path, file));
        }
    }

    private static IReadOnlyList<Difference> Read(RecordedCase recorded, string folder, string file)
    {
        try
        {
            var isConfiguration = recorded.Name.EndsWith("config", StringComparison.Ordinal);
            var count = isConfiguration ? 1 : Count(ResourceLoader.Load([folder], new ComponentValues("", _ => null)));
            if (isConfiguration)
            {
                ConfigurationReader.ReadFile(file);
            }

            return count > 0 ? [] : [Difference.Broken("setup.yaml", "nothing was read from it")];
        }
#pragma warning disable CA1031 // Whatever refuses it, the case has failed.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return [Difference.Broken("setup.yaml", e.Message)];
        }
    }

    private static int Count(ResourceSet resources) => resources.Components.Count + resources.Resiliency.Count + resources.Subscriptions.Count;
}
