package opsmesh.interop;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import java.util.HashMap;
import java.util.Map;

/** What the client and the server share. */
final class Shared {
  static final Metadata.Key<String> ECHO_INITIAL = Metadata.Key.of("x-grpc-test-echo-initial", Metadata.ASCII_STRING_MARSHALLER);
  static final Metadata.Key<byte[]> ECHO_TRAILING = Metadata.Key.of("x-grpc-test-echo-trailing-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private Shared() {}

  static Payload zeros(int size) {
    return Payload.newBuilder().setBody(ByteString.copyFrom(new byte[size])).build();
  }

  /** --name=value flags over their defaults. */
  static Map<String, String> readFlags(String[] args, Map<String, String> defaults) {
    var flags = new HashMap<>(defaults);
    for (var arg : args) {
      var parts = arg.split("=", 2);
      if (parts.length != 2 || !parts[0].startsWith("--") || flags.replace(parts[0].substring(2), parts[1]) == null) {
        throw new IllegalArgumentException("unknown flag " + arg);
      }
    }
    return flags;
  }
}
