namespace OpsMesh.Registry.Registration;

internal static class RegistrationSetup
{
    public static void AddRegistration(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RegistrationOptions>()
            .BindConfiguration(RegistrationOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton(MeshInformation.From(builder.Configuration));
        builder.Services.AddSingleton<INodeLedger, DocumentNodeLedger>();
        builder.Services.AddSingleton<RegisterNodeHandler>();
    }
}
