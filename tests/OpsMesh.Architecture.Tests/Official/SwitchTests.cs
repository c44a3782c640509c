using System.Diagnostics;
using System.Text;
using OpsMesh.Testing;

namespace OpsMesh.Architecture.Official;

/// <summary>-p:OfficialPackages=true, as MSBuild evaluates it for every product project.</summary>
public sealed class SwitchTests
{
    private static readonly string[] Libraries = ["libs/Grpc/OpsMesh.Grpc.csproj", "libs/Dapr/OpsMesh.Dapr.csproj"];

    private static readonly string[] GrpcPackages =
    [
        "Google.Api.CommonProtos", "Grpc.AspNetCore", "Grpc.AspNetCore.HealthChecks", "Grpc.AspNetCore.Server.Reflection",
        "Grpc.Net.Client", "Grpc.Net.ClientFactory",
    ];

    private static readonly string[] DaprPackages =
        ["Dapr.AspNetCore", "Dapr.Client", "Dapr.DistributedLock", "Dapr.Extensions.Configuration", "Dapr.Messaging"];

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task References_BecomePackages()
    {
        var (standIn, official) = await EvaluateAsync();

        Assert.Equal(Products.Projects().Count, official.Count);
        Assert.All(official, project =>
        {
            Assert.DoesNotContain(project.Projects, Libraries.Contains);
            Assert.Equal(project.UsesGrpc ? GrpcPackages : [], project.Packages.Intersect(GrpcPackages).Order(StringComparer.Ordinal));
            Assert.Equal(project.UsesDapr ? DaprPackages : [], project.Packages.Intersect(DaprPackages).Order(StringComparer.Ordinal));
        });
        Assert.All(standIn, project =>
        {
            Assert.Equal(project.UsesGrpc, project.Projects.Contains(Libraries[0]));
            Assert.Equal(project.UsesDapr, project.Projects.Contains(Libraries[1]));
            Assert.Empty(project.Packages.Intersect([.. GrpcPackages, .. DaprPackages]));
        });
        Assert.Contains(official, project => project.UsesGrpc && project.UsesDapr);
        Assert.True(standIn.Single(project => project.Path == Libraries[0]).IsAotCompatible);
    }

    /// <summary>One MSBuild for all of them, in a project that has each tell its references.</summary>
    private static async Task<(List<Evaluation> StandIn, List<Evaluation> Official)> EvaluateAsync()
    {
        var root = RepositoryRoot.Find();
        var folder = Directory.CreateTempSubdirectory("opsmesh-switch-");
        try
        {
            var tell = Path.Combine(folder.FullName, "tell.targets");
            var all = Path.Combine(folder.FullName, "all.proj");
            await File.WriteAllTextAsync(tell, Tell, TestEnd);
            await File.WriteAllTextAsync(all, All(root, tell), TestEnd);
            var told = (await RunAsync(root, all)).Split('\n').Where(line => line.Contains('|', StringComparison.Ordinal))
                .Select(line => Evaluation.Parse(root, line.Trim())).ToLookup(evaluation => evaluation.IsOfficial);
            return ([.. told[false]], [.. told[true]]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string All(string root, string tell)
    {
        var projects = new StringBuilder();
        foreach (var project in Products.Projects())
        {
            projects.Append(System.Globalization.CultureInfo.InvariantCulture, $"<Each Include=\"{Path.Combine(root, project)}\" />");
        }

        return $"""
            <Project>
              <ItemGroup>{projects}</ItemGroup>
              <Target Name="Build">
                <MSBuild Projects="@(Each)" Targets="Tell" Properties="OfficialPackages=false;CustomAfterMicrosoftCommonTargets={tell}" />
                <MSBuild Projects="@(Each)" Targets="Tell" Properties="OfficialPackages=true;CustomAfterMicrosoftCommonTargets={tell}" />
              </Target>
            </Project>
            """;
    }

    private const string Tell = """
        <Project>
          <Target Name="Tell">
            <Message Importance="high" Text="$(MSBuildProjectFullPath)|$(OfficialPackages)|$(UsesGrpc)|$(UsesDapr)|$(IsAotCompatible)|@(PackageReference)|@(ProjectReference->'%(FullPath)')" />
          </Target>
        </Project>
        """;

    private static async Task<string> RunAsync(string root, string project)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", project, "-nologo", "-v:m", "-nodeReuse:false"])
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestEnd);
        var output = await process.StandardOutput.ReadToEndAsync(TestEnd);
        await process.WaitForExitAsync(TestEnd);
        Assert.True(process.ExitCode == 0, output + await errors);
        return output;
    }

    private sealed record Evaluation(
        string Path, bool IsOfficial, bool UsesGrpc, bool UsesDapr, bool IsAotCompatible, string[] Packages, string[] Projects)
    {
        public static Evaluation Parse(string root, string line)
        {
            var parts = line.Split('|');
            return new(
                System.IO.Path.GetRelativePath(root, parts[0]),
                parts[1] == "true",
                parts[2] == "true",
                parts[3] == "true",
                parts[4] == "true",
                parts[5].Split(';'),
                [.. parts[6].Split(';').Where(path => path.Length > 0).Select(path => System.IO.Path.GetRelativePath(root, path))]);
        }
    }
}
