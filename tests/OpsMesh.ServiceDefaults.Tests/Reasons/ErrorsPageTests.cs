using System.Text;
using System.Text.RegularExpressions;
using OpsMesh.Testing;

namespace OpsMesh;

/// <summary>docs/errors.md is made from the constants. OPSMESH_WRITE_DOCS=1 writes it anew.</summary>
public sealed partial class ErrorsPageTests
{
    private static readonly string[] Kinds =
    [
        "Invalid INVALID_ARGUMENT", "Unauthenticated UNAUTHENTICATED", "Denied PERMISSION_DENIED", "NotFound NOT_FOUND", "Conflict FAILED_PRECONDITION",
        "Raced ABORTED", "Busy RESOURCE_EXHAUSTED", "TooLate DEADLINE_EXCEEDED", "Unsupported UNIMPLEMENTED", "Unavailable UNAVAILABLE",
    ];

    [Fact]
    public async Task ErrorsPage_SaysWhatTheConstantsSay()
    {
        var root = RepositoryRoot.Find();
        var page = Path.Combine(root, "docs", "errors.md");
        var expected = Render(Path.Combine(root, "services", "defaults", "Reasons"));

        if (Environment.GetEnvironmentVariable("OPSMESH_WRITE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(page, expected, TestContext.Current.CancellationToken);
        }

        Assert.Equal(expected, await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken));
    }

    private static string Render(string folder)
    {
        var page = new StringBuilder("# Errors\n\n"
            + "A refused call is a gRPC status whose details (`google.rpc.Status` in `grpc-status-details-bin`) hold `ErrorInfo {reason, domain \"opsmesh\"}` and, where they\n"
            + "apply, `BadRequest` with the field and `RetryInfo` with a delay. Over REST the same stands in an RFC 9457 problem: `reason`, `field`, `trace_id`.\n"
            + "This page is made from the constants in `services/defaults/Reasons`.\n");
        foreach (var kind in Kinds.Select(kind => kind.Split(' ')))
        {
            var source = File.ReadAllText(Path.Combine(folder, $"Reasons.{kind[0]}.cs"));
            page.Append("\n## ").Append(kind[1]).Append('\n').Append(Remark().Match(source).Groups[1].Value).Append("\n\n| reason | says |\n|---|---|\n");
            foreach (Match reason in Reason().Matches(source))
            {
                page.Append("| ").Append(reason.Groups[2].Value).Append(" | ").Append(reason.Groups[1].Value).Append(" |\n");
            }
        }

        return page.ToString();
    }

    [GeneratedRegex("<remarks>\\w+: (.*)</remarks>")]
    private static partial Regex Remark();

    [GeneratedRegex("<summary>(.*)</summary>\n    public const string \\w+ = \"(\\w+)\";")]
    private static partial Regex Reason();
}
