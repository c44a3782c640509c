package opsmesh.interop;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The responses of a stream, and how it ended. */
final class Collected<T> implements StreamObserver<T> {
  private static final int LIMIT_SECONDS = 20;

  private final BlockingQueue<T> responses = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private final Consumer<T> seen;

  Collected() {
    this(response -> {});
  }

  /** The library asks for a message only after the one before it was seen. */
  Collected(Consumer<T> seen) {
    this.seen = seen;
  }

  T next() throws Exception {
    var response = responses.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (response == null) {
      throw new AssertionError("expected a response");
    }
    return response;
  }

  /** Waits for the end, before which everything must have been taken. */
  Status end() throws Exception {
    var status = end.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (!responses.isEmpty()) {
      throw new AssertionError("expected no further response");
    }
    return status;
  }

  @Override
  public void onNext(T response) {
    seen.accept(response);
    responses.add(response);
  }

  @Override
  public void onError(Throwable failure) {
    end.complete(Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }
}
