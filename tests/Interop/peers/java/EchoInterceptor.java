package opsmesh.interop;

import static opsmesh.interop.Shared.ECHO_INITIAL;
import static opsmesh.interop.Shared.ECHO_TRAILING;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Sends back the metadata that asks for it. */
final class EchoInterceptor implements ServerInterceptor {
  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata incoming, ServerCallHandler<Q, A> next) {
    return next.startCall(
        new SimpleForwardingServerCall<Q, A>(call) {
          @Override
          public void sendHeaders(Metadata headers) {
            copy(incoming, headers, ECHO_INITIAL);
            super.sendHeaders(headers);
          }

          @Override
          public void close(Status status, Metadata trailers) {
            copy(incoming, trailers, ECHO_TRAILING);
            super.close(status, trailers);
          }
        },
        incoming);
  }

  private static <T> void copy(Metadata from, Metadata to, Metadata.Key<T> key) {
    if (from.containsKey(key)) {
      to.put(key, from.get(key));
    }
  }
}
