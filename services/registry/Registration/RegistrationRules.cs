using System.Text;
using System.Text.RegularExpressions;
using OpsMesh.Contracts.Registry.V1;

namespace OpsMesh.Registry.Registration;

/// <summary>What a registration must look like. The first field that is wrong is named.</summary>
internal static partial class RegistrationRules
{
    private const int MostLabels = 32;
    private const int LongestLabelBytes = 128;
    private const int MostCapabilities = 64;
    private const int LongestText = 128;

    /// <returns>Null when all is well.</returns>
    public static Failure? Check(string nodeId, RegisterNodeRequest request) =>
        Ids.CheckUuid(request.NodeId, "node_id")
        ?? Required("hostname", request.Hostname, HostnamePattern(), "letters, digits, '.' and '-', at most 253 characters")
        ?? Required("boot_id", request.BootId, IdPattern(), "letters, digits and '-', at most 64 characters")
        ?? Optional("machine_id", request.MachineId, IdPattern(), "letters, digits and '-', at most 64 characters")
        ?? Text("ip", request.Ip)
        ?? Text("os", request.Os)
        ?? Text("arch", request.Arch)
        ?? Text("daemon_version", request.DaemonVersion)
        ?? Text("agent_version", request.AgentVersion)
        ?? CheckLabels(request)
        ?? CheckCapabilities(request)
        ?? CheckAddress(request.Address)
        ?? CheckAppId(nodeId, request.AppId)
        ?? CheckSessionId(request.PreviousSessionId);

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\z")]
    private static partial Regex HostnamePattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9-]{0,63}\z")]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,62}\z")]
    private static partial Regex NamePattern();

    private static Failure? CheckLabels(RegisterNodeRequest request)
    {
        if (request.Labels.Count > MostLabels)
        {
            return Refuse(Reasons.TooManyItems, "labels", $"at most {MostLabels} are allowed");
        }

        foreach (var (key, value) in request.Labels)
        {
            if (!NamePattern().IsMatch(key))
            {
                return Refuse(Reasons.NameCharset, "labels", "keys are [a-z0-9][a-z0-9._-]{0,62}");
            }

            if (Encoding.UTF8.GetByteCount(value) > LongestLabelBytes)
            {
                return Refuse(Reasons.OutOfRange, $"labels.{key}", $"a value has at most {LongestLabelBytes} bytes");
            }

            if (value.Any(char.IsControl))
            {
                return Refuse(Reasons.FieldFormat, $"labels.{key}", "control characters are not allowed");
            }
        }

        return null;
    }

    private static Failure? CheckCapabilities(RegisterNodeRequest request)
    {
        if (request.Capabilities.Count > MostCapabilities)
        {
            return Refuse(Reasons.TooManyItems, "capabilities", $"at most {MostCapabilities} are allowed");
        }

        return request.Capabilities.All(c => NamePattern().IsMatch(c))
            ? null
            : Refuse(Reasons.NameCharset, "capabilities", "names are [a-z0-9][a-z0-9._-]{0,62}");
    }

    private static Failure? CheckAddress(string address)
    {
        if (address.Length == 0)
        {
            return Refuse(Reasons.FieldRequired, "address", "it is required");
        }

        var colon = address.LastIndexOf(':');
        var isPort = colon > 0 && ushort.TryParse(address.AsSpan(colon + 1), out var port) && port > 0;
        return isPort && Uri.CheckHostName(address[..colon]) is not UriHostNameType.Unknown
            ? null
            : Refuse(Reasons.FieldFormat, "address", "it must be host:port");
    }

    private static Failure? CheckAppId(string nodeId, string appId) =>
        appId.Length == 0 || appId == $"daemon-{nodeId}"
            ? null
            : Refuse(Reasons.FieldFormat, "app_id", "it must be empty or daemon-<node_id>");

    private static Failure? CheckSessionId(string sessionId) =>
        sessionId.Length == 0 || Guid.TryParseExact(sessionId, "D", out _)
            ? null
            : Refuse(Reasons.FieldFormat, "previous_session_id", "it must be empty or a session_id");

    private static Failure? Required(string field, string value, Regex pattern, string rule) =>
        value.Length == 0 ? Refuse(Reasons.FieldRequired, field, "it is required") : Optional(field, value, pattern, rule);

    private static Failure? Optional(string field, string value, Regex pattern, string rule) =>
        value.Length == 0 || pattern.IsMatch(value) ? null : Refuse(Reasons.FieldFormat, field, rule);

    private static Failure? Text(string field, string value)
    {
        if (value.Length > LongestText)
        {
            return Refuse(Reasons.OutOfRange, field, $"at most {LongestText} characters are allowed");
        }

        return value.Any(char.IsControl) ? Refuse(Reasons.FieldFormat, field, "control characters are not allowed") : null;
    }

    private static Failure Refuse(string reason, string field, string rule) =>
        new(FailureKind.Invalid, reason, $"{field}: {rule}.") { Field = field };
}
