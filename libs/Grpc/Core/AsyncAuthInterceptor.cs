namespace Grpc.Core;

/// <summary>Adds credentials of one call to its headers.</summary>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);
