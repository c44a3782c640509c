package opsmesh.interop;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.Map;

/** Plain HTTP/2 only: Debian's Netty has no ALPN on its Java. */
public final class InteropClient {
  public static void main(String[] args) throws Exception {
    var flags = Shared.readFlags(args, Map.of("server_host", "127.0.0.1", "server_port", "", "test_case", "", "use_tls", "false"));
    var passed = true;
    for (var name : flags.get("test_case").split(",")) {
      passed &= run(name, flags);
    }
    System.exit(passed ? 0 : 1);
  }

  private static boolean run(String name, Map<String, String> flags) throws Exception {
    var witness = new GzipWitness();
    var channel = connect(flags, witness);
    try {
      new Cases(channel, witness).byName.get(name).run();
      System.out.println(name + " ok");
      return true;
    } catch (Exception | AssertionError failure) {
      System.out.println(name + " failed: " + failure.toString().replaceAll("\\s+", " "));
      return false;
    } finally {
      channel.shutdownNow();
    }
  }

  private static ManagedChannel connect(Map<String, String> flags, GzipWitness witness) {
    return NettyChannelBuilder.forAddress(flags.get("server_host"), Integer.parseInt(flags.get("server_port")))
        .decompressorRegistry(witness.registry())
        .usePlaintext()
        .build();
  }
}
