namespace OpsMesh.AgentCommand.Operations;

internal static class OperationsSetup
{
    public static void AddOperations(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<OperationOptions>()
            .BindConfiguration(OperationOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<OperationTarget>();
        builder.Services.AddSingleton<OperateAgentHandler>();
    }
}
