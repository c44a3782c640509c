using OpsMesh.Registry.Nodes;

namespace OpsMesh.Registry.Inventory;

internal static class InventorySetup
{
    public static void AddInventory(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<INodeDirectory, ProjectedNodeDirectory>();
        builder.Services.AddSingleton<NodeViews>();
        builder.Services.AddSingleton<ListNodesHandler>();
    }
}
