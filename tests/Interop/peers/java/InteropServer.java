package opsmesh.interop;

import static opsmesh.interop.Shared.zeros;

import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.Map;

public final class InteropServer {
  public static void main(String[] args) throws Exception {
    var flags = Shared.readFlags(args, Map.of("port", "0", "use_tls", "false"));
    var server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", Integer.parseInt(flags.get("port"))))
            .addService(new TestService())
            .intercept(new EchoInterceptor())
            .addStreamTracerFactory(WireSize.FACTORY)
            .build()
            .start();
    System.out.println("listening on " + server.getPort());
    server.awaitTermination();
  }

  private static final class TestService extends TestServiceGrpc.TestServiceImplBase {
    @Override
    public void emptyCall(Empty request, StreamObserver<Empty> responses) {
      responses.onNext(Empty.getDefaultInstance());
      responses.onCompleted();
    }

    @Override
    public void unaryCall(SimpleRequest request, StreamObserver<SimpleResponse> responses) {
      if (!isAsExpected(WireSize.current(), request, request.hasExpectCompressed(), request.getExpectCompressed())) {
        responses.onError(notAsExpected());
      } else if (request.getResponseStatus().getCode() != 0) {
        responses.onError(wanted(request.getResponseStatus()));
      } else {
        if (request.getResponseCompressed().getValue()) {
          ((ServerCallStreamObserver<SimpleResponse>) responses).setCompression("gzip");
        }
        responses.onNext(SimpleResponse.newBuilder().setPayload(zeros(request.getResponseSize())).build());
        responses.onCompleted();
      }
    }

    @Override
    public void streamingOutputCall(StreamingOutputCallRequest request, StreamObserver<StreamingOutputCallResponse> responses) {
      if (request.getResponseParametersList().stream().anyMatch(wanted -> wanted.getCompressed().getValue())) {
        ((ServerCallStreamObserver<StreamingOutputCallResponse>) responses).setCompression("gzip");
      }
      answer(request, responses);
      responses.onCompleted();
    }

    @Override
    public StreamObserver<StreamingInputCallRequest> streamingInputCall(StreamObserver<StreamingInputCallResponse> responses) {
      var wire = WireSize.current();
      return new StreamObserver<>() {
        private int size;
        private boolean ended;

        @Override
        public void onNext(StreamingInputCallRequest request) {
          size += request.getPayload().getBody().size();
          if (!ended && !isAsExpected(wire, request, request.hasExpectCompressed(), request.getExpectCompressed())) {
            ended = true;
            responses.onError(notAsExpected());
          }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          if (!ended) {
            responses.onNext(StreamingInputCallResponse.newBuilder().setAggregatedPayloadSize(size).build());
            responses.onCompleted();
          }
        }
      };
    }

    @Override
    public StreamObserver<StreamingOutputCallRequest> fullDuplexCall(StreamObserver<StreamingOutputCallResponse> responses) {
      return new StreamObserver<>() {
        private boolean ended;

        @Override
        public void onNext(StreamingOutputCallRequest request) {
          if (ended) {
            return;
          }
          if (request.getResponseStatus().getCode() != 0) {
            ended = true;
            responses.onError(wanted(request.getResponseStatus()));
          } else {
            answer(request, responses);
          }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          if (!ended) {
            responses.onCompleted();
          }
        }
      };
    }

    private static void answer(StreamingOutputCallRequest request, StreamObserver<StreamingOutputCallResponse> responses) {
      for (var wanted : request.getResponseParametersList()) {
        var compressed = !wanted.hasCompressed() || wanted.getCompressed().getValue();
        ((ServerCallStreamObserver<StreamingOutputCallResponse>) responses).setMessageCompression(compressed);
        responses.onNext(StreamingOutputCallResponse.newBuilder().setPayload(zeros(wanted.getSize())).build());
      }
    }

    private static boolean isAsExpected(WireSize wire, MessageLite message, boolean asked, BoolValue expected) {
      return !asked || expected.getValue() == wire.wasCompressed(message);
    }

    private static RuntimeException notAsExpected() {
      return Status.INVALID_ARGUMENT.withDescription("The message's compression is not what it says.").asRuntimeException();
    }

    private static RuntimeException wanted(EchoStatus status) {
      return Status.fromCodeValue(status.getCode()).withDescription(status.getMessage()).asRuntimeException();
    }
  }
}
