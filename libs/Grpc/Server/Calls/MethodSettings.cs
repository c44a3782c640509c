using System.IO.Compression;
using Grpc.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Options of one service, resolved once: its own where set, else the global ones.</summary>
internal sealed record MethodSettings(
    int? MaxSendMessageSize,
    int? MaxReceiveMessageSize,
    bool DetailedErrors,
    string? ResponseCompression,
    CompressionLevel? ResponseCompressionLevel,
    CompressionTable Compression,
    IReadOnlyList<InterceptorRegistration> Interceptors,
    bool IgnoreUnknownServices)
{
    public static MethodSettings Resolve<TService>(IServiceProvider services)
        where TService : class
    {
        var all = services.GetRequiredService<IOptions<GrpcServiceOptions>>().Value;
        var own = services.GetRequiredService<IOptions<GrpcServiceOptions<TService>>>().Value;
        var settings = new MethodSettings(
            own.MaxSendMessageSizeSpecified ? own.MaxSendMessageSize : all.MaxSendMessageSize,
            own.MaxReceiveMessageSizeSpecified ? own.MaxReceiveMessageSize
                : all.MaxReceiveMessageSizeSpecified ? all.MaxReceiveMessageSize : GrpcServiceOptions.DefaultReceiveMaxMessageSize,
            own.EnableDetailedErrors ?? all.EnableDetailedErrors ?? false,
            own.ResponseCompressionAlgorithm ?? all.ResponseCompressionAlgorithm,
            own.ResponseCompressionLevel ?? all.ResponseCompressionLevel,
            Table(own, all),
            [.. all.Interceptors, .. own.Interceptors],
            own.IgnoreUnknownServices ?? all.IgnoreUnknownServices ?? false);
        if (settings.ResponseCompression is { } algorithm && settings.Compression.Find(algorithm) is null)
        {
            throw new InvalidOperationException(
                $"The configured response compression algorithm '{algorithm}' does not have a matching compression provider.");
        }

        return settings;
    }

    private static CompressionTable Table(GrpcServiceOptions own, GrpcServiceOptions all)
    {
        if (!own.HasCompressionProviders && !all.HasCompressionProviders)
        {
            return CompressionTable.Default;
        }

        var providers = own.HasCompressionProviders ? own.CompressionProviders : all.CompressionProviders;
        return new([.. providers, new Net.Compression.GzipCompressionProvider(CompressionLevel.Fastest)]);
    }
}
