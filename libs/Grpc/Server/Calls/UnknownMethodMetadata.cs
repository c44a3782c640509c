namespace Grpc.AspNetCore.Server.Calls;

/// <summary>On the endpoints that answer calls of methods that do not exist.</summary>
internal sealed class UnknownMethodMetadata;
