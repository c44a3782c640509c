namespace Grpc.Core;

/// <summary>A method without its message types.</summary>
public interface IMethod
{
    MethodType Type { get; }

    /// <summary>Fully qualified, without slashes.</summary>
    string ServiceName { get; }

    string Name { get; }

    /// <summary>"/service/method", as on the wire.</summary>
    string FullName { get; }
}
