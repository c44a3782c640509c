using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Gives each call its service instance: from DI when registered there, else made for the call and disposed of after it.</summary>
internal sealed class ServiceActivator<[DynamicallyAccessedMembers(ServiceAccess.Members)] TService>
    where TService : class
{
    private readonly ObjectFactory<TService>? _factory;
    private readonly bool _needsScope;

    public ServiceActivator(IServiceProvider services)
    {
        var registered = services.GetService<IServiceProviderIsService>()?.IsService(typeof(TService)) ?? false;
        if (!registered && typeof(TService) != typeof(Core.ServerServiceDefinition))
        {
            _factory = ActivatorUtilities.CreateFactory<TService>([]);

            // Asking a request for its services opens a scope; a service that takes nothing needs none.
            _needsScope = typeof(TService).GetConstructors() is not [var only] || only.GetParameters().Length > 0;
        }

        Releases = _factory is not null
            && (typeof(TService).IsAssignableTo(typeof(IAsyncDisposable)) || typeof(TService).IsAssignableTo(typeof(IDisposable)));
        IsDefinition = typeof(TService) == typeof(Core.ServerServiceDefinition);
        Root = services;
    }

    /// <summary>The call must end the life of its instance; never so for an instance from DI.</summary>
    public bool Releases { get; }

    private bool IsDefinition { get; }

    private IServiceProvider Root { get; }

    public TService Create(HttpContext http) =>
        IsDefinition ? null!
        : _factory is null ? http.RequestServices.GetRequiredService<TService>()
        : _factory(_needsScope ? http.RequestServices : Root, null);

    public ValueTask ReleaseAsync(TService service)
    {
        if (!Releases)
        {
            return ValueTask.CompletedTask;
        }

        switch (service)
        {
            case IAsyncDisposable asynchronous:
                return asynchronous.DisposeAsync();
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }

        return ValueTask.CompletedTask;
    }
}
