using System.Text.Json;
using Google.Protobuf;
using Google.Rpc;

namespace OpsMesh.Sidecar.Errors;

/// <summary>Writes a refusal as daprd's HTTP API does.</summary>
internal static class ApiErrorJson
{
    public static Task WriteAsync(HttpContext context, ApiException error)
    {
        context.Response.StatusCode = error.HttpStatus;
        return Http.Answers.WriteJsonAsync(context, ToBytes(error));
    }

    public static byte[] ToBytes(ApiException error)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("errorCode", error.ErrorCode);
            writer.WriteString("message", error.HttpMessage ?? error.Message);
            if (error.HttpDetails is { } details)
            {
                writer.WriteStartArray("details");
                foreach (var detail in details)
                {
                    WriteDetail(writer, detail, error.WritesEmptyMetadata);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteDetail(Utf8JsonWriter writer, IMessage detail, bool writesEmptyMetadata)
    {
        writer.WriteStartObject();
        writer.WriteString("@type", "type.googleapis.com/" + detail.Descriptor.FullName);
        switch (detail)
        {
            case ErrorInfo info:
                WriteInfo(writer, info, writesEmptyMetadata);
                break;
            case ResourceInfo resource:
                writer.WriteString("resource_type", resource.ResourceType);
                writer.WriteString("resource_name", resource.ResourceName);
                writer.WriteString("owner", resource.Owner);
                writer.WriteString("description", resource.Description);
                break;
            case BadRequest bad:
                WriteViolations(writer, bad);
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteInfo(Utf8JsonWriter writer, ErrorInfo info, bool writesEmptyMetadata)
    {
        writer.WriteString("domain", info.Domain);
        writer.WriteString("reason", info.Reason);
        if (info.Metadata.Count == 0 && !writesEmptyMetadata)
        {
            writer.WriteNull("metadata");
            return;
        }

        writer.WriteStartObject("metadata");
        foreach (var (name, value) in info.Metadata)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteViolations(Utf8JsonWriter writer, BadRequest bad)
    {
        writer.WriteStartArray("field_violations");
        foreach (var violation in bad.FieldViolations)
        {
            writer.WriteStartObject();
            if (violation.Field.Length > 0)
            {
                writer.WriteString("field", violation.Field);
            }

            writer.WriteString("description", violation.Description);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
