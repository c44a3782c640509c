using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OpsMesh.AgentCommand.Ledger;

internal static class LedgerSetup
{
    public static void AddLedger(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton<NodeGates>();
        builder.Services.TryAddSingleton<ICommandLedger, StateCommandLedger>();
        builder.Services.AddSingleton<CommandEnds>();
        builder.Services.AddSingleton<GetCommandHandler>();
    }
}
