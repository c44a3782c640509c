using System.Diagnostics.CodeAnalysis;

namespace Grpc.AspNetCore.Server;

internal static class ServiceAccess
{
    /// <summary>What binding and activation need to find on a service type; said to the trimmer.</summary>
    public const DynamicallyAccessedMemberTypes Members =
        DynamicallyAccessedMemberTypes.PublicConstructors
        | DynamicallyAccessedMemberTypes.PublicMethods
        | DynamicallyAccessedMemberTypes.NonPublicMethods;
}
