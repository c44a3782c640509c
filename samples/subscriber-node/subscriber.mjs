// A microservice that follows the mesh's events with Dapr's JavaScript SDK: one line for each event.
import { createRequire } from "node:module";

const { CommunicationProtocolEnum, DaprServer, LogLevel } = createRequire(import.meta.url)("@dapr/dapr");

const server = new DaprServer({
  serverHost: "127.0.0.1",
  serverPort: required("APP_PORT"),
  communicationProtocol: CommunicationProtocolEnum.HTTP,
  clientOptions: { daprHost: "127.0.0.1", daprPort: required("DAPR_HTTP_PORT"), daprApiToken: process.env.DAPR_API_TOKEN },
  logger: { level: LogLevel.Warn },
});

// The SDK hands over the payload, and of the event around it only what Dapr sends as headers.
await server.pubsub.subscribe("pubsub", "agent-state", (data) => console.log(`agent-state ${JSON.stringify(data)}`));
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => process.exit(0));
}

await server.start();
console.log("subscribed");

function required(name) {
  return process.env[name] ?? fail(`${name} is not set; see README.md`);
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
