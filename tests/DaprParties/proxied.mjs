// An application served by grpc-js, and its callers: grpc-js with the protos of the SDK, and the SDK of 3.6, whose proxy still works.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { check, Inbox, refused } from "./checks.mjs";

const require = createRequire(import.meta.url);
const { CommunicationProtocolEnum, DaprClient, LogLevel } = require("dapr36");
const here = path.dirname(fileURLToPath(import.meta.url));
const sdkProtos = path.join(path.dirname(require.resolve("@dapr/dapr")), "proto");
const options = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true };
const { Echo } = grpc.loadPackageDefinition(loadSync("echo.proto", { ...options, includeDirs: [here] })).opsmesh.parties.v1;
const { Dapr } = grpc.loadPackageDefinition(loadSync("dapr/proto/runtime/v1/dapr.proto", { ...options, includeDirs: [sdkProtos] })).dapr.proto.runtime.v1;

export class ProxiedApp {
  constructor(app, caller) {
    this.app = app;
    this.caller = caller;
    this.server = new grpc.Server();
    this.server.addService(Echo.service, {
      Unary: (call, answer) => {
        this.seen = call.metadata;
        if (call.request.text === "fail") {
          const trailers = new grpc.Metadata();
          trailers.set("x-why", "because");
          answer({ code: grpc.status.NOT_FOUND, details: "no such thing: ü", metadata: trailers });
          return;
        }

        answer(null, { text: call.request.text.toUpperCase() });
      },
      Chat: (call) => {
        call.on("data", ({ text }) => call.write({ text: text.toUpperCase() }));
        call.on("end", () => call.end());
      },
    });
  }

  start() {
    return new Promise((go, fail) => this.server.bindAsync(`127.0.0.1:${this.app.app_port}`, grpc.ServerCredentials.createInsecure(), (error) => error ? fail(error) : go()));
  }

  stop() {
    this.server.forceShutdown();
  }

  async run() {
    await check("grpc-js: proxied unary call", () => this.#unary());
    await check("grpc-js: proxied failure with trailers", () => this.#failure());
    await check("grpc-js: proxied bidirectional stream", () => this.#chat());
    await check("grpc-js: unknown application", () => this.#unknown());
    await check("grpc-js: streaming subscription", () => this.#subscribe());
    await check("grpc-js: streaming subscription with dead letters", () => this.#deadLetters());
    await check("grpc-js: subscription without a first message", () => this.#noFirstMessage());
    await check("sdk 3.6: proxied calls", () => this.#oldSdk());
  }

  #metadata(more) {
    const metadata = new grpc.Metadata();
    for (const [name, value] of Object.entries({ "dapr-api-token": this.caller.api_token, ...more })) {
      metadata.set(name, value);
    }

    return metadata;
  }

  get #address() {
    return `127.0.0.1:${this.caller.grpc_port}`;
  }

  #echo() {
    return new Echo(this.#address, grpc.credentials.createInsecure());
  }

  #call(text, appId = this.app.app_id) {
    const client = this.#echo();
    return new Promise((go, fail) => client.Unary({ text }, this.#metadata({ "dapr-app-id": appId }), (error, answer) => error ? fail(error) : go(answer))).finally(() => client.close());
  }

  async #unary() {
    assert.deepEqual(await this.#call("hello"), { text: "HELLO" });
    assert.deepEqual(this.seen.get("dapr-caller-app-id"), [this.caller.app_id]);
    assert.deepEqual(this.seen.get("dapr-callee-app-id"), [this.app.app_id]);
    assert.deepEqual(this.seen.get("dapr-api-token"), [this.app.app_api_token]);
    assert.deepEqual(this.seen.get("dapr-app-id"), []);
  }

  async #failure() {
    const failure = await refused(this.#call("fail"));
    assert.deepEqual([failure.code, failure.details, failure.metadata.get("x-why")], [grpc.status.NOT_FOUND, "no such thing: ü", ["because"]]);
  }

  async #chat() {
    const client = this.#echo();
    const call = client.Chat(this.#metadata({ "dapr-app-id": this.app.app_id, "dapr-stream": "true" }));
    const answers = new Inbox();
    const status = new Promise((go) => call.on("status", go));
    call.on("data", ({ text }) => answers.put(text));
    for (const text of ["one", "two", "three"]) {
      call.write({ text });
      assert.equal(await answers.next(), text.toUpperCase());
    }

    call.end();
    assert.equal((await status).code, grpc.status.OK);
    client.close();
  }

  async #unknown() {
    const failure = await refused(this.#call("hello", "nobody"));
    assert.match(failure.details, /nobody|no host found|couldn't find/);
  }

  #dapr() {
    return new Dapr(this.#address, grpc.credentials.createInsecure());
  }

  async #open(client, topic, more = {}) {
    const stream = client.SubscribeTopicEventsAlpha1(this.#metadata());
    const inbox = new Inbox();
    const failed = new Promise((_, fail) => stream.on("error", (error) => error.code === grpc.status.CANCELLED || fail(error)));
    failed.catch(() => {});
    stream.on("data", (message) => inbox.put(message));
    stream.write({ initial_request: { pubsub_name: "pubsub", topic, ...more } });
    const first = await Promise.race([inbox.next(), failed]);
    assert.ok(first.initial_response, "the first message says that the subscription stands");
    return { stream, next: async () => (await Promise.race([inbox.next(), failed])).event_message };
  }

  #publish(client, topic, data) {
    const request = { pubsub_name: "pubsub", topic, data: Buffer.from(JSON.stringify(data)), data_content_type: "application/json" };
    return new Promise((go, fail) => client.PublishEvent(request, this.#metadata(), (error) => error ? fail(error) : go()));
  }

  async #subscribe() {
    const client = this.#dapr();
    const { stream, next } = await this.#open(client, "raw");
    for (const n of [1, 2, 3]) {
      await this.#publish(client, "raw", { n });
    }

    for (const n of [1, 2, 3]) {
      const event = await next();
      assert.deepEqual(JSON.parse(event.data), { n });
      assert.deepEqual([event.topic, event.pubsub_name, event.data_content_type, event.path], ["raw", "pubsub", "application/json", "/"]);
      stream.write({ event_processed: { id: event.id, status: { status: "SUCCESS" } } });
    }

    stream.cancel();
    client.close();
  }

  async #deadLetters() {
    const client = this.#dapr();
    const dead = await this.#open(client, "raw.dead");
    const { stream, next } = await this.#open(client, "raw.refused", { dead_letter_topic: "raw.dead" });
    await this.#publish(client, "raw.refused", { lost: true });
    const event = await next();
    stream.write({ event_processed: { id: event.id, status: { status: "DROP" } } });
    const lost = await dead.next();
    assert.deepEqual(JSON.parse(lost.data), { lost: true });
    dead.stream.write({ event_processed: { id: lost.id, status: { status: "SUCCESS" } } });
    stream.cancel();
    dead.stream.cancel();
    client.close();
  }

  async #noFirstMessage() {
    const client = this.#dapr();
    const stream = client.SubscribeTopicEventsAlpha1(this.#metadata());
    const failed = new Promise((go) => stream.on("error", go));
    stream.on("data", () => {});
    stream.write({ event_processed: { id: "x", status: { status: "SUCCESS" } } });
    assert.equal((await failed).details, "initial request is required");
    client.close();
  }

  async #oldSdk() {
    const client = new DaprClient({
      daprHost: "127.0.0.1",
      daprPort: String(this.caller.grpc_port),
      communicationProtocol: CommunicationProtocolEnum.GRPC,
      daprApiToken: this.caller.api_token,
      logger: { level: LogLevel.Error },
    });
    const echo = await client.proxy.create(Echo);
    const metadata = this.#metadata({ "dapr-app-id": this.app.app_id });
    const answer = await new Promise((go, fail) => echo.Unary({ text: "old" }, metadata, (error, text) => error ? fail(error) : go(text)));
    assert.deepEqual(answer, { text: "OLD" });
    await client.state.save("store", [{ key: "old", value: 36 }]);
    assert.equal(await client.state.get("store", "old"), 36);
    await client.stop();
  }
}
