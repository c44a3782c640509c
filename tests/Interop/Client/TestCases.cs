using OpsMesh.Interop.Client.Cases;

namespace OpsMesh.Interop.Client;

internal static class TestCases
{
    public static readonly IReadOnlyList<TestCase> All =
    [
        new("empty_unary", UnaryCases.EmptyAsync),
        new("large_unary", UnaryCases.LargeAsync),
        new("client_compressed_unary", CompressionCases.ClientUnaryAsync),
        new("client_compressed_unary_noprobe", CompressionCases.ClientUnaryWithoutProbeAsync),
        new("server_compressed_unary", CompressionCases.ServerUnaryAsync),
        new("client_streaming", StreamingCases.ClientAsync),
        new("client_compressed_streaming", CompressionCases.ClientStreamingAsync),
        new("client_compressed_streaming_noprobe", CompressionCases.ClientStreamingWithoutProbeAsync),
        new("server_streaming", StreamingCases.ServerAsync),
        new("server_compressed_streaming", CompressionCases.ServerStreamingAsync),
        new("ping_pong", StreamingCases.PingPongAsync),
        new("empty_stream", StreamingCases.EmptyAsync),
        new("custom_metadata", MetadataCases.EchoAsync),
        new("status_code_and_message", StatusCases.CodeAndMessageAsync),
        new("special_status_message", StatusCases.SpecialMessageAsync),
        new("unimplemented_method", StatusCases.UnimplementedMethodAsync),
        new("unimplemented_service", StatusCases.UnimplementedServiceAsync),
        new("cancel_after_begin", EarlyEndCases.CancelAfterBeginAsync),
        new("cancel_after_first_response", EarlyEndCases.CancelAfterFirstResponseAsync),
        new("timeout_on_sleeping_server", EarlyEndCases.TimeoutOnSleepingServerAsync),
    ];

    /// <summary>Those that peers' clients have: the two without a probe are there for servers that cannot see the flag.</summary>
    public static IEnumerable<string> Described => All.Select(c => c.Name).Where(name => !name.EndsWith("_noprobe", StringComparison.Ordinal));
}
