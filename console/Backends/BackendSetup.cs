using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpsMesh.Hosting;
using OpsMesh.Identity;

namespace OpsMesh.Console.Backends;

internal static class BackendSetup
{
    /// <summary>Identity, invokers to the services, and names of nodes.</summary>
    public static WebApplicationBuilder AddBackends(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<EndpointOptions>()
            .BindConfiguration(EndpointOptions.Section)
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<EndpointOptions>, EndpointsAreHttps>();
        builder.Services.TryAddSingleton(_ => Load(builder.Configuration));
        builder.Services.TryAddSingleton<IBackends, MeshBackends>();
        builder.Services.AddSingleton<BackendCalls>();
        builder.Services.AddSingleton<NodeNames>();
        return builder;
    }

    private static MeshIdentity Load(ConfigurationManager configuration)
    {
        var files = new IdentityFiles(
            configuration.Require("Identity:Certificate"),
            configuration.Require("Identity:Key"),
            configuration.Require("Identity:Roots"),
            configuration["Identity:TrustDomain"] is { Length: > 0 } domain ? domain : IdentityFiles.DefaultTrustDomain);
        try
        {
            return MeshIdentity.Load(files);
        }
        catch (IdentityException exception)
        {
            throw new StartupException(exception.Message, inner: exception);
        }
    }

    private sealed class EndpointsAreHttps : IValidateOptions<EndpointOptions>
    {
        public ValidateOptionsResult Validate(string? name, EndpointOptions options) =>
            options.Mistakes().ToList() is { Count: > 0 } mistakes ? ValidateOptionsResult.Fail(mistakes) : ValidateOptionsResult.Success;
    }
}
