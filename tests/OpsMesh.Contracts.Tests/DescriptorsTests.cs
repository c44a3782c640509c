using OpsMesh.Contracts.Options.V1;
using OpsMesh.Testing;

namespace OpsMesh.Contracts;

public sealed class DescriptorsTests
{
    [Fact]
    public void All_HoldsEveryProtoFileOfTheFolder()
    {
        var root = Path.Combine(RepositoryRoot.Find(), "proto");
        var files = Directory.EnumerateFiles(Path.Combine(root, "opsmesh"), "*.proto", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file));

        Assert.Equal(files.Order(StringComparer.Ordinal), Descriptors.All.Select(file => file.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryMethod_HasAWholePolicy()
    {
        var wrong =
            from method in Descriptors.All.SelectMany(file => file.Services).SelectMany(service => service.Methods)
            let policy = method.GetOptions()?.GetExtension(OptionsExtensions.Policy)
            where policy is null || policy.Principals.Count == 0 || policy.Verb == Verb.Unspecified || policy.Rate == RateClass.Unspecified
                || policy.Audit == Audit.Unspecified || policy.MaxBytes == 0
                || (policy.Principals.Contains(Principal.Service) != policy.Services.Count > 0)
                || (policy.Principals.Contains(Principal.Operator) != policy.Roles.Count > 0)
            select method.FullName;

        Assert.Empty(wrong);
    }

    [Fact]
    public void EveryMethodForNodes_NamesItsNodeFields()
    {
        var wrong =
            from method in Descriptors.All.SelectMany(file => file.Services).SelectMany(service => service.Methods)
            let policy = method.GetOptions().GetExtension(OptionsExtensions.Policy)
            where policy.Principals.Contains(Principal.Node) && policy.NodeFields.Count == 0
            select method.FullName;

        Assert.Empty(wrong);
    }
}
