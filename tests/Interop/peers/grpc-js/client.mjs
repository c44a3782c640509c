import grpc from "@grpc/grpc-js";
import { TestService, UnimplementedService, readCredential, readFlags } from "./contract.mjs";
import { cases } from "./cases.mjs";

const flags = readFlags({ server_host: "127.0.0.1", server_host_override: "", server_port: "", test_case: "", use_tls: "false", use_test_ca: "false", credentials: "" });

const address = `${flags.server_host}:${flags.server_port}`;
const authority = flags.use_test_ca === "true" ? readCredential(flags.credentials, "ca.pem") : null;
const credentials = flags.use_tls === "true" ? grpc.credentials.createSsl(authority) : grpc.credentials.createInsecure();
const override = flags.server_host_override && { "grpc.ssl_target_name_override": flags.server_host_override, "grpc.default_authority": flags.server_host_override };

for (const name of flags.test_case.split(",")) {
  const clients = {
    test: new TestService(address, credentials, { ...override }),
    compressing: new TestService(address, credentials, { ...override, "grpc.default_compression_algorithm": grpc.compressionAlgorithms.gzip }),
    unimplemented: new UnimplementedService(address, credentials, { ...override }),
  };
  try {
    await cases[name](clients);
    console.log(`${name} ok`);
  } catch (error) {
    console.log(`${name} failed: ${String(error.message).replaceAll("\n", " ")}`);
    process.exitCode = 1;
  } finally {
    Object.values(clients).forEach((client) => client.close());
  }
}
