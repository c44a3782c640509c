using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Introspection;
using OpsMesh.Yaml;

const int UsageError = 2;
var hasPlan = false;
try
{
    if (args is ["--version" or "-version"])
    {
        Console.WriteLine(SidecarMetadata.RuntimeVersion);
        return 0;
    }

    if (CommandLine.Read(args, Environment.GetEnvironmentVariable) is not { } plan)
    {
        Console.WriteLine(CommandLine.Help);
        return 0;
    }

    hasPlan = true;
    if (string.Equals(Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT"), "Production", StringComparison.OrdinalIgnoreCase))
    {
        throw new PlanException("ASPNETCORE_ENVIRONMENT is Production: this sidecar is for development only, run daprd instead");
    }

    await Console.Error.WriteLineAsync("OpsMesh.Sidecar is a development tool that stands in for daprd. It listens on the loopback interface only.");
    Mesh mesh;
    await using (var app = SidecarHost.Build(plan, TimeProvider.System))
    {
        // Components first: a port that is open answers for a mesh that works.
        mesh = app.Services.GetRequiredService<Mesh>();
        await app.RunAsync();
    }

    // As daprd ends when its time for that is over.
    return mesh.WasCutShort ? 1 : 0;
}
catch (Exception e) when (e is PlanException or YamlException)
{
    await Console.Error.WriteLineAsync($"sidecar: {e.Message}");

    // A component that cannot start ends daprd with 1.
    return hasPlan ? 1 : UsageError;
}
catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    await Console.Error.WriteLineAsync($"sidecar: {e.Message}");
    return 1;
}
