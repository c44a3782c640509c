package opsmesh.interop;

import io.grpc.Codec;
import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;

/** Gzip that remembers whether it has unpacked a message. */
final class GzipWitness implements Decompressor {
  private final Codec gzip = new Codec.Gzip();
  private final AtomicBoolean unpacked = new AtomicBoolean();

  DecompressorRegistry registry() {
    return DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false).with(this, true);
  }

  /** Whether a compressed message has come since the last question. */
  boolean take() {
    return unpacked.getAndSet(false);
  }

  @Override
  public String getMessageEncoding() {
    return gzip.getMessageEncoding();
  }

  @Override
  public InputStream decompress(InputStream stream) throws IOException {
    unpacked.set(true);
    return gzip.decompress(stream);
  }
}
