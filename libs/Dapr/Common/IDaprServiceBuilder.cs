using Microsoft.Extensions.DependencyInjection;

namespace Dapr.Common;

/// <summary>What a registration returns, so that more can be registered.</summary>
public interface IDaprServiceBuilder
{
    IServiceCollection Services { get; }
}
