using Google.Protobuf;
using OpsMesh.Interop.Contract;

namespace OpsMesh.Interop;

internal static class Payloads
{
    /// <summary>Asks the library to compress; it never reaches the wire.</summary>
    public const string EncodingRequest = "grpc-internal-encoding-request";

    public const string EchoInitial = "x-grpc-test-echo-initial";
    public const string EchoTrailing = "x-grpc-test-echo-trailing-bin";

    public static Payload Zeros(int size) => new() { Body = UnsafeByteOperations.UnsafeWrap(new byte[size]) };
}
