using System.Diagnostics.CodeAnalysis;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server;

/// <summary>An interceptor type; made once per call, from DI when it is registered there.</summary>
public class InterceptorRegistration
{
    internal const DynamicallyAccessedMemberTypes Accessibility = DynamicallyAccessedMemberTypes.PublicConstructors;

    private readonly object[] _arguments;
    private ObjectFactory? _factory;

    internal InterceptorRegistration([DynamicallyAccessedMembers(Accessibility)] Type type, object[] arguments)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(arguments);
        if (!typeof(Interceptor).IsAssignableFrom(type))
        {
            throw new ArgumentException($"{type} is not an Interceptor.", nameof(type));
        }

        Type = type;
        _arguments = arguments;
    }

    [DynamicallyAccessedMembers(Accessibility)]
    public Type Type { get; }

    public IReadOnlyList<object> Arguments => _arguments;

    /// <param name="created">True: not from DI, so the call disposes of it.</param>
    internal Interceptor Activate(IServiceProvider services, out bool created)
    {
        created = false;
        if (_arguments.Length == 0 && services.GetService(Type) is Interceptor registered)
        {
            return registered;
        }

        created = true;
        _factory ??= ActivatorUtilities.CreateFactory(Type, [.. _arguments.Select(argument => argument.GetType())]);
        return (Interceptor)_factory(services, _arguments);
    }
}
