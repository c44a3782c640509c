package opsmesh.interop;

import com.google.protobuf.MessageLite;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;

/** Bytes of the last message of a call as it came: the server's only trace of a message's flag. */
final class WireSize extends ServerStreamTracer {
  private static final Context.Key<WireSize> KEY = Context.key("wire-size");

  private volatile long bytes;

  static final Factory FACTORY =
      new Factory() {
        @Override
        public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
          return new WireSize();
        }
      };

  /** The tracer of the call whose handler asks. */
  static WireSize current() {
    return KEY.get();
  }

  boolean wasCompressed(MessageLite message) {
    return bytes < message.getSerializedSize();
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(KEY, this);
  }

  @Override
  public void inboundMessageRead(int number, long wireSize, long uncompressedSize) {
    bytes = wireSize;
  }
}
