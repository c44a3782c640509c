using System.Text.RegularExpressions;
using OpsMesh.Testing;

namespace OpsMesh.Contracts.Docs;

/// <summary>Pages may only point at what is there.</summary>
public sealed partial class LinkTests
{
    private static readonly string[] Skipped = ["artifacts", "node_modules", ".opsmesh", ".git"];

    [Fact]
    public void EveryRelativeLink_LeadsSomewhere()
    {
        var broken =
            from page in Pages(new DirectoryInfo(RepositoryRoot.Find()))
            from Match link in Link().Matches(File.ReadAllText(page))
            let target = link.Groups[1].Value.Split('#')[0]
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))
            select $"{page}: {target}";

        Assert.Empty(broken);
    }

    [Fact]
    public void EveryPathInTheSeedMap_Exists()
    {
        var root = RepositoryRoot.Find();
        var missing =
            from Match path in PathInCode().Matches(File.ReadAllText(Path.Combine(root, "docs", "seed-map.md")))
            where !Path.Exists(Path.Combine(root, path.Groups[1].Value))
            select path.Groups[1].Value;

        Assert.Empty(missing);
    }

    private static IEnumerable<string> Pages(DirectoryInfo folder) =>
        folder.EnumerateFiles("*.md").Select(file => file.FullName)
            .Concat(folder.EnumerateDirectories().Where(inner => !Skipped.Contains(inner.Name)).SelectMany(Pages));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`((?:services|daemon|libs|console|tests|docs)/[A-Za-z0-9/._-]+)`")]
    private static partial Regex PathInCode();
}
