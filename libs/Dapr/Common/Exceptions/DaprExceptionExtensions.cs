using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Dapr.Common.Exceptions;

public static class DaprExceptionExtensions
{
    private const string Header = "grpc-status-details-bin";

    /// <returns>False when no sidecar sent details with this failure, or they cannot be read.</returns>
    public static bool TryGetExtendedErrorInfo(this DaprException exception, [NotNullWhen(true)] out DaprExtendedErrorInfo? daprExtendedErrorInfo)
    {
        ArgumentNullException.ThrowIfNull(exception);
        daprExtendedErrorInfo = null;
        if (exception.InnerException is not RpcException { Trailers: { } trailers } || trailers.GetValueBytes(Header) is not { } bytes)
        {
            return false;
        }

        try
        {
            var status = Google.Rpc.Status.Parser.ParseFrom(bytes);
            daprExtendedErrorInfo = new DaprExtendedErrorInfo(status.Code, status.Message) { Details = [.. status.Details.Select(Read)] };
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    // The official client looks for type URLs that begin with "Google", which none does, and so knows no detail.
    private static DaprExtendedErrorDetail Read(Any detail)
    {
        if (detail.TryUnpack<ErrorInfo>(out var error))
        {
            return new DaprErrorInfoDetail(error.Reason, error.Domain, error.Metadata);
        }

        if (detail.TryUnpack<ResourceInfo>(out var resource))
        {
            return new DaprResourceInfoDetail(resource.ResourceType, resource.ResourceName, resource.Owner, resource.Description);
        }

        if (detail.TryUnpack<BadRequest>(out var request))
        {
            return new DaprBadRequestDetail { FieldViolations = [.. request.FieldViolations.Select(v => new DaprBadRequestDetailFieldViolation(v.Field, v.Description))] };
        }

        if (detail.TryUnpack<PreconditionFailure>(out var precondition))
        {
            return new DaprPreconditionFailureDetail { Violations = [.. precondition.Violations.Select(v => new DaprPreconditionFailureViolation(v.Type, v.Subject, v.Description))] };
        }

        if (detail.TryUnpack<QuotaFailure>(out var quota))
        {
            return new DaprQuotaFailureDetail { Violations = [.. quota.Violations.Select(v => new DaprQuotaFailureViolation(v.Subject, v.Description))] };
        }

        return ReadRare(detail);
    }

    private static DaprExtendedErrorDetail ReadRare(Any detail)
    {
        if (detail.TryUnpack<RetryInfo>(out var retry))
        {
            return new DaprRetryInfoDetail { Delay = new DaprRetryDelay(retry.RetryDelay?.Seconds ?? 0, retry.RetryDelay?.Nanos ?? 0) };
        }

        if (detail.TryUnpack<DebugInfo>(out var debug))
        {
            return new DaprDebugInfoDetail([.. debug.StackEntries], debug.Detail);
        }

        if (detail.TryUnpack<RequestInfo>(out var asked))
        {
            return new DaprRequestInfoDetail(asked.RequestId, asked.ServingData);
        }

        if (detail.TryUnpack<Help>(out var help))
        {
            return new DaprHelpDetail { Links = [.. help.Links.Select(l => new DaprHelpDetailLink(l.Url, l.Description))] };
        }

        return detail.TryUnpack<LocalizedMessage>(out var message) ? new DaprLocalizedMessageDetail(message.Locale, message.Message) : new DaprUnknownDetail(detail.TypeUrl);
    }
}
