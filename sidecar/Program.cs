using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Introspection;
using OpsMesh.Yaml;

const int UsageError = 2;
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

    if (string.Equals(Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT"), "Production", StringComparison.OrdinalIgnoreCase))
    {
        throw new PlanException("ASPNETCORE_ENVIRONMENT is Production: this sidecar is for development only, run daprd instead");
    }

    await Console.Error.WriteLineAsync("OpsMesh.Sidecar is a development tool that stands in for daprd. It listens on the loopback interface only.");
    await using var app = SidecarHost.Build(plan, TimeProvider.System);

    // Components first: a port that is open answers for a mesh that works.
    _ = app.Services.GetRequiredService<Mesh>();
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is PlanException or YamlException)
{
    await Console.Error.WriteLineAsync($"sidecar: {e.Message}");
    return UsageError;
}
catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    await Console.Error.WriteLineAsync($"sidecar: {e.Message}");
    return 1;
}
