using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OpsMesh.AgentCommand.Inventory;

internal static class InventorySetup
{
    public static void AddInventory(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<NodeGates>();
        builder.Services.TryAddSingleton<IAgentStore, StateAgentStore>();
        builder.Services.AddSingleton<SyncAgentStatesHandler>();
        builder.Services.AddSingleton<ListAgentsHandler>();
    }
}
