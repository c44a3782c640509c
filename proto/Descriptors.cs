using Google.Protobuf.Reflection;

namespace OpsMesh.Contracts;

/// <summary>Every file of the contract, for what works by descriptor: policies, REST, OpenAPI and help.</summary>
public static class Descriptors
{
    /// <summary>Files that declare services or messages of the mesh; options included.</summary>
    public static IReadOnlyList<FileDescriptor> All { get; } =
    [
        Options.V1.OptionsReflection.Descriptor,
        Common.V1.PageReflection.Descriptor,
        Common.V1.AgentsReflection.Descriptor,
        Common.V1.CommandsReflection.Descriptor,
        Common.V1.LogsReflection.Descriptor,
        Registry.V1.RegistryServiceReflection.Descriptor,
        Registry.V1.NodeServiceReflection.Descriptor,
        Telemetry.V1.TelemetryServiceReflection.Descriptor,
        Telemetry.V1.MetricsServiceReflection.Descriptor,
        AgentCommand.V1.SessionServiceReflection.Descriptor,
        AgentCommand.V1.AgentServiceReflection.Descriptor,
        AgentCommand.V1.CommandServiceReflection.Descriptor,
        LogStreaming.V1.LogServiceReflection.Descriptor,
        Daemon.V1.DaemonServiceReflection.Descriptor,
    ];
}
