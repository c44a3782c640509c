using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace OpsMesh.Console.Transcoding;

/// <summary>The one JSON of the REST API: proto names, enums by name, 64-bit integers as strings, default values written.</summary>
internal static class ProtoJson
{
    private const int DeepestMessage = 16;

    private static readonly JsonFormatter Formatter =
        new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithPreserveProtoFieldNames(true));

    private static readonly JsonParser Parser = new(new JsonParser.Settings(DeepestMessage).WithIgnoreUnknownFields(false));

    /// <summary>On one line, as an event's data needs it.</summary>
    public static string Format(IMessage message) => Formatter.Format(message);

    /// <exception cref="InvalidProtocolBufferException">A field is unknown or its value does not fit.</exception>
    /// <exception cref="InvalidJsonException">It is not JSON.</exception>
    public static IMessage Parse(string json, MessageDescriptor descriptor) => Parser.Parse(json, descriptor);

    public static bool Fits(string json, MessageDescriptor descriptor)
    {
        try
        {
            Parse(json, descriptor);
            return true;
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException or FormatException or OverflowException)
        {
            return false;
        }
    }
}
