package opsmesh.interop;

import static opsmesh.interop.Shared.ECHO_INITIAL;
import static opsmesh.interop.Shared.ECHO_TRAILING;
import static opsmesh.interop.Shared.zeros;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The cases of the interop description. */
final class Cases {
  interface Case {
    void run() throws Exception;
  }

  private static final int[] REQUEST_SIZES = {27182, 8, 1828, 45904};
  private static final int[] RESPONSE_SIZES = {31415, 9, 2653, 58979};
  private static final String INITIAL = "test_initial_metadata_value";
  private static final byte[] TRAILING = {(byte) 0xab, (byte) 0xab, (byte) 0xab};

  final Map<String, Case> byName = new LinkedHashMap<>();

  private final TestServiceGrpc.TestServiceBlockingStub blocking;
  private final TestServiceGrpc.TestServiceStub async;
  private final UnimplementedServiceGrpc.UnimplementedServiceBlockingStub unimplemented;
  private final GzipWitness witness;

  Cases(ManagedChannel channel, GzipWitness witness) {
    this.blocking = TestServiceGrpc.newBlockingStub(channel);
    this.async = TestServiceGrpc.newStub(channel);
    this.unimplemented = UnimplementedServiceGrpc.newBlockingStub(channel);
    this.witness = witness;

    byName.put("empty_unary", () -> same(Empty.getDefaultInstance(), blocking.emptyCall(Empty.getDefaultInstance())));
    byName.put("large_unary", () -> checkLarge(blocking.unaryCall(largeRequest().build())));
    byName.put("client_compressed_unary", this::clientCompressedUnary);
    byName.put("server_compressed_unary", this::serverCompressedUnary);
    byName.put("client_streaming", this::clientStreaming);
    byName.put("client_compressed_streaming", this::clientCompressedStreaming);
    byName.put("server_streaming", this::serverStreaming);
    byName.put("server_compressed_streaming", this::serverCompressedStreaming);
    byName.put("ping_pong", this::pingPong);
    byName.put("empty_stream", this::emptyStream);
    byName.put("custom_metadata", this::customMetadata);
    byName.put("status_code_and_message", this::statusCodeAndMessage);
    byName.put("special_status_message", () -> statusComesBack("\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \ud83d\ude08\t\n"));
    byName.put("unimplemented_method", () -> failsWith(Status.Code.UNIMPLEMENTED, () -> blocking.unimplementedCall(Empty.getDefaultInstance())));
    byName.put("unimplemented_service", () -> failsWith(Status.Code.UNIMPLEMENTED, () -> unimplemented.unimplementedCall(Empty.getDefaultInstance())));
    byName.put("cancel_after_begin", this::cancelAfterBegin);
    byName.put("cancel_after_first_response", this::cancelAfterFirstResponse);
    byName.put("timeout_on_sleeping_server", this::timeoutOnSleepingServer);
  }

  private void clientCompressedUnary() throws Exception {
    var compressed = largeRequest().setExpectCompressed(bool(true)).build();
    failsWith(Status.Code.INVALID_ARGUMENT, () -> blocking.unaryCall(compressed));
    checkLarge(blocking.withCompression("gzip").unaryCall(compressed));
    checkLarge(blocking.unaryCall(largeRequest().setExpectCompressed(bool(false)).build()));
  }

  private void serverCompressedUnary() {
    for (var wanted : new boolean[] {true, false}) {
      checkLarge(blocking.unaryCall(largeRequest().setResponseCompressed(bool(wanted)).build()));
      same(wanted, witness.take());
    }
  }

  private void clientStreaming() throws Exception {
    var responses = new Collected<StreamingInputCallResponse>();
    var requests = async.streamingInputCall(responses);
    for (var size : REQUEST_SIZES) {
      requests.onNext(StreamingInputCallRequest.newBuilder().setPayload(zeros(size)).build());
    }
    requests.onCompleted();
    same(74922, responses.next().getAggregatedPayloadSize());
    same(Status.Code.OK, responses.end().getCode());
  }

  private void clientCompressedStreaming() throws Exception {
    var probed = new Collected<StreamingInputCallResponse>();
    var probe = async.withCompression("gzip").streamingInputCall(probed);
    write(probe, 27182, true, false);
    same(Status.Code.INVALID_ARGUMENT, probed.end().getCode());

    var responses = new Collected<StreamingInputCallResponse>();
    var requests = async.withCompression("gzip").streamingInputCall(responses);
    write(requests, 27182, true, true);
    write(requests, 45904, false, false);
    requests.onCompleted();
    same(73086, responses.next().getAggregatedPayloadSize());
    same(Status.Code.OK, responses.end().getCode());
  }

  private static void write(StreamObserver<StreamingInputCallRequest> requests, int size, boolean expected, boolean compressed) {
    ((ClientCallStreamObserver<StreamingInputCallRequest>) requests).setMessageCompression(compressed);
    requests.onNext(StreamingInputCallRequest.newBuilder().setPayload(zeros(size)).setExpectCompressed(bool(expected)).build());
  }

  private void serverStreaming() throws Exception {
    var request = StreamingOutputCallRequest.newBuilder();
    for (var size : RESPONSE_SIZES) {
      request.addResponseParametersBuilder().setSize(size);
    }
    var responses = new Collected<StreamingOutputCallResponse>();
    async.streamingOutputCall(request.build(), responses);
    for (var size : RESPONSE_SIZES) {
      same(zeros(size), responses.next().getPayload());
    }
    same(Status.Code.OK, responses.end().getCode());
  }

  private void serverCompressedStreaming() throws Exception {
    var request = StreamingOutputCallRequest.newBuilder();
    request.addResponseParametersBuilder().setSize(31415).setCompressed(bool(true));
    request.addResponseParametersBuilder().setSize(92653).setCompressed(bool(false));
    var compressed = new ArrayList<Boolean>();
    var responses = new Collected<StreamingOutputCallResponse>(response -> compressed.add(witness.take()));
    async.streamingOutputCall(request.build(), responses);
    same(zeros(31415), responses.next().getPayload());
    same(zeros(92653), responses.next().getPayload());
    same(Status.Code.OK, responses.end().getCode());
    same(List.of(true, false), compressed);
  }

  private void pingPong() throws Exception {
    var responses = new Collected<StreamingOutputCallResponse>();
    var requests = async.fullDuplexCall(responses);
    for (var i = 0; i < REQUEST_SIZES.length; i++) {
      requests.onNext(streamRequest(REQUEST_SIZES[i], RESPONSE_SIZES[i]));
      same(zeros(RESPONSE_SIZES[i]), responses.next().getPayload());
    }
    requests.onCompleted();
    same(Status.Code.OK, responses.end().getCode());
  }

  private void emptyStream() throws Exception {
    var responses = new Collected<StreamingOutputCallResponse>();
    async.fullDuplexCall(responses).onCompleted();
    same(Status.Code.OK, responses.end().getCode());
  }

  private void customMetadata() throws Exception {
    var sent = new Metadata();
    sent.put(ECHO_INITIAL, INITIAL);
    sent.put(ECHO_TRAILING, TRAILING);
    var headers = new AtomicReference<Metadata>();
    var trailers = new AtomicReference<Metadata>();
    var attach = MetadataUtils.newAttachHeadersInterceptor(sent);
    var capture = MetadataUtils.newCaptureMetadataInterceptor(headers, trailers);

    checkLarge(blocking.withInterceptors(attach, capture).unaryCall(largeRequest().build()));
    checkEcho(headers.getAndSet(null), trailers.getAndSet(null));

    var responses = new Collected<StreamingOutputCallResponse>();
    var requests = async.withInterceptors(attach, capture).fullDuplexCall(responses);
    requests.onNext(streamRequest(271828, 314159));
    requests.onCompleted();
    same(zeros(314159), responses.next().getPayload());
    same(Status.Code.OK, responses.end().getCode());
    checkEcho(headers.get(), trailers.get());
  }

  private static void checkEcho(Metadata headers, Metadata trailers) {
    same(INITIAL, headers.get(ECHO_INITIAL));
    same(List.of(TRAILING[0], TRAILING[1], TRAILING[2]), boxed(trailers.get(ECHO_TRAILING)));
  }

  private static List<Byte> boxed(byte[] bytes) {
    var list = new ArrayList<Byte>();
    for (var b : bytes == null ? new byte[0] : bytes) {
      list.add(b);
    }
    return list;
  }

  private void statusComesBack(String message) throws Exception {
    var request = SimpleRequest.newBuilder().setResponseStatus(unknown(message)).build();
    same(message, failsWith(Status.Code.UNKNOWN, () -> blocking.unaryCall(request)).getDescription());
  }

  private void statusCodeAndMessage() throws Exception {
    statusComesBack("test status message");
    var responses = new Collected<StreamingOutputCallResponse>();
    var requests = async.fullDuplexCall(responses);
    requests.onNext(StreamingOutputCallRequest.newBuilder().setResponseStatus(unknown("test status message")).build());
    requests.onCompleted();
    same(Status.Code.UNKNOWN, responses.end().getCode());
    same("test status message", responses.end().getDescription());
  }

  private void cancelAfterBegin() throws Exception {
    var responses = new Collected<StreamingInputCallResponse>();
    var requests = async.streamingInputCall(responses);
    requests.onError(Status.CANCELLED.asRuntimeException());
    same(Status.Code.CANCELLED, responses.end().getCode());
  }

  private void cancelAfterFirstResponse() throws Exception {
    var responses = new Collected<StreamingOutputCallResponse>();
    var requests = async.fullDuplexCall(responses);
    requests.onNext(streamRequest(27182, 31415));
    same(zeros(31415), responses.next().getPayload());
    requests.onError(Status.CANCELLED.asRuntimeException());
    same(Status.Code.CANCELLED, responses.end().getCode());
  }

  private void timeoutOnSleepingServer() throws Exception {
    var responses = new Collected<StreamingOutputCallResponse>();
    var requests = async.withDeadlineAfter(1, TimeUnit.MILLISECONDS).fullDuplexCall(responses);
    requests.onNext(StreamingOutputCallRequest.newBuilder().setPayload(zeros(27182)).build());
    same(Status.Code.DEADLINE_EXCEEDED, responses.end().getCode());
  }

  private static BoolValue bool(boolean value) {
    return BoolValue.newBuilder().setValue(value).build();
  }

  private static EchoStatus unknown(String message) {
    return EchoStatus.newBuilder().setCode(Status.Code.UNKNOWN.value()).setMessage(message).build();
  }

  private static SimpleRequest.Builder largeRequest() {
    return SimpleRequest.newBuilder().setResponseSize(314159).setPayload(zeros(271828));
  }

  private static void checkLarge(SimpleResponse response) {
    same(zeros(314159), response.getPayload());
  }

  private static StreamingOutputCallRequest streamRequest(int sent, int wanted) {
    var parameters = ResponseParameters.newBuilder().setSize(wanted);
    return StreamingOutputCallRequest.newBuilder().setPayload(zeros(sent)).addResponseParameters(parameters).build();
  }

  private static Status failsWith(Status.Code expected, Case call) throws Exception {
    try {
      call.run();
    } catch (StatusRuntimeException failure) {
      same(expected, failure.getStatus().getCode());
      return failure.getStatus();
    }
    throw new AssertionError("expected status " + expected + ", not OK");
  }

  private static void same(Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError("expected " + shorten(expected) + ", not " + shorten(actual));
    }
  }

  private static String shorten(Object value) {
    var text = String.valueOf(value);
    return text.length() > 200 ? text.substring(0, 200) + "..." : text;
  }
}
