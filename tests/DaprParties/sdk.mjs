// The official JavaScript SDK as client and as server, over HTTP and over gRPC.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { check, Inbox, refused, until } from "./checks.mjs";

const { CommunicationProtocolEnum, DaprClient, DaprPubSubStatusEnum, DaprServer, HttpMethod, LogLevel } = createRequire(import.meta.url)("@dapr/dapr");
const quiet = { level: LogLevel.Error };

/** Over HTTP the SDK answers a failure, over gRPC it throws one. */
async function problemOf(call) {
  try {
    return (await call)?.error;
  } catch (failure) {
    return failure.error ?? failure;
  }
}

export class SdkApp {
  constructor(app, protocol) {
    const isGrpc = protocol === "grpc";
    this.name = `sdk over ${protocol}`;
    this.app = app;
    this.protocol = protocol;
    this.client = new DaprClient(this.#options(isGrpc));
    this.server = new DaprServer({
      serverHost: "127.0.0.1",
      serverPort: String(app.app_port),
      communicationProtocol: this.#kind(isGrpc),
      clientOptions: this.#options(isGrpc),
      logger: quiet,
    });
    this.inbox = Object.fromEntries(["plain", "bulk", "dead", "special", "usual"].map((name) => [name, new Inbox()]));
  }

  topic(name) {
    return `${this.app.app_id}-${name}`;
  }

  async start() {
    const { pubsub, invoker } = this.server;
    const keep = (name) => async (data) => this.inbox[name].put(data);
    await pubsub.subscribe("pubsub", this.topic("plain"), keep("plain"));
    await pubsub.subscribeBulk("pubsub", this.topic("bulk"), keep("bulk"), { maxMessagesCount: 5, maxAwaitDurationMs: 200 });
    await pubsub.subscribeWithOptions("pubsub", this.topic("refused"), {
      callback: async () => DaprPubSubStatusEnum.DROP,
      deadLetterTopic: this.topic("dead"),
    });
    await pubsub.subscribe("pubsub", this.topic("dead"), keep("dead"));
    await pubsub.subscribeWithOptions("pubsub", this.topic("routed"), {
      route: { default: "/usual", rules: [{ match: 'event.type == "special"', path: "/special" }] },
    });
    pubsub.subscribeToRoute("pubsub", this.topic("routed"), "/special", keep("special"));
    pubsub.subscribeToRoute("pubsub", this.topic("routed"), "/usual", keep("usual"));
    await invoker.listen("greet", async ({ body }) => ({ hello: typeof body === "string" ? JSON.parse(body).name : body.name }), { method: HttpMethod.POST });
    await this.server.start();
    await until(async () => (await fetch(`http://127.0.0.1:${this.app.http_port}/v1.0/healthz`, { headers: { "dapr-api-token": this.app.api_token } })).status === 204);
  }

  async run({ others, hasRedis, setInRedis }) {
    await check(`${this.name}: state`, () => this.#state());
    await check(`${this.name}: publish and receive`, () => this.#publish());
    await check(`${this.name}: bulk`, () => this.#bulk());
    await check(`${this.name}: dead letter`, () => this.#deadLetter());
    await check(`${this.name}: routes`, () => this.#routes());
    await check(`${this.name}: metadata, health, secrets`, () => this.#sidecar());
    for (const other of others) {
      await check(`${this.name}: invokes ${other}`, async () =>
        assert.deepEqual(await this.client.invoker.invoke(other, "greet", HttpMethod.POST, { name: "you" }), { hello: "you" }));
    }

    if (hasRedis) {
      await check(`${this.name}: lock`, () => this.#lock());
      if (this.protocol === "grpc") {
        await check(`${this.name}: configuration`, () => this.#configuration(setInRedis));
      }
    }
  }

  async stop() {
    await this.server.stop();
    await this.client.stop();
  }

  async #state() {
    const { state } = this.client;
    const key = (name) => `${this.app.app_id}-${name}`;
    await state.save("store", [{ key: key("a"), value: { n: 1 } }, { key: key("b"), value: "text" }]);
    assert.deepEqual(await state.get("store", key("a")), { n: 1 });
    const bulk = await state.getBulk("store", [key("a"), key("b"), key("none")]);
    assert.deepEqual(bulk.map((i) => [i.key, i.data]).sort()[0], [key("a"), { n: 1 }]);
    assert.equal(bulk.length, 3);
    await state.transaction("store", [
      { operation: "upsert", request: { key: key("c"), value: "seven" } },
      { operation: "delete", request: { key: key("b") } },
    ]);
    assert.equal(await state.get("store", key("c")), "seven");
    assert.equal(await state.get("store", key("b")), "");
    assert.match(String(await problemOf(state.delete("store", key("a"), { etag: "00000000-0000-0000-0000-000000000000" }))), /etag mismatch/);
    assert.equal(await problemOf(state.delete("store", key("a"))), undefined);
    assert.equal(await state.get("store", key("a")), "");
    assert.match(String(await problemOf(state.save("nowhere", [{ key: "k", value: 1 }]))), /state store nowhere is not found/);
  }

  async #publish() {
    await this.client.pubsub.publish("pubsub", this.topic("plain"), { n: 1 });
    assert.deepEqual(await this.inbox.plain.next(), { n: 1 });
    await this.client.pubsub.publish("pubsub", this.topic("plain"), "text");
    assert.equal(await this.inbox.plain.next(), "text");
    assert.match(String(await problemOf(this.client.pubsub.publish("nowhere", "t", {}))), /pubsub nowhere is not found/);
  }

  async #bulk() {
    const answer = await this.client.pubsub.publishBulk("pubsub", this.topic("bulk"), [{ n: 1 }, { n: 2 }, { n: 3 }]);
    assert.deepEqual(answer.failedMessages, []);
    const seen = [];
    while (seen.length < 3) {
      seen.push((await this.inbox.bulk.next()).n);
    }

    assert.deepEqual(seen.sort(), [1, 2, 3]);
  }

  async #deadLetter() {
    await this.client.pubsub.publish("pubsub", this.topic("refused"), { lost: true });
    assert.deepEqual(await this.inbox.dead.next(), { lost: true });
  }

  async #routes() {
    const event = (type) => ({ specversion: "1.0", id: `${type}-1`, source: "test", type, datacontenttype: "application/json", data: { type } });
    for (const type of ["special", "usual"]) {
      await this.client.pubsub.publish("pubsub", this.topic("routed"), event(type), { contentType: "application/cloudevents+json" });
      assert.deepEqual(await this.inbox[type].next(), { type });
    }
  }

  async #sidecar() {
    await this.client.metadata.set("seen", "yes");
    const metadata = await this.client.metadata.get();
    assert.equal(metadata.id, this.app.app_id);
    assert.ok(metadata.components.some((c) => c.name === "store" && c.type === "state.in-memory"), JSON.stringify(metadata.components));
    assert.equal(await this.client.health.isHealthy(), true);
    assert.equal((await this.client.secret.get("secrets", "PARTIES_SECRET")).PARTIES_SECRET, "well kept");
  }

  async #lock() {
    const { lock } = this.client;
    const resource = this.topic("resource");
    assert.equal((await lock.lock("locks", resource, "me", 60)).success, true);
    assert.equal((await lock.lock("locks", resource, "you", 60)).success, false);
    assert.equal((await lock.unlock("locks", resource, "you")).status, 2);
    assert.equal((await lock.unlock("locks", resource, "me")).status, 0);
    assert.equal((await lock.unlock("locks", resource, "me")).status, 1);
  }

  async #configuration(setInRedis) {
    const { configuration } = this.client;
    await setInRedis("parties", "one||v1");
    const read = await configuration.get("config", ["parties"]);
    assert.deepEqual([read.items.parties.value, read.items.parties.version], ["one", "v1"]);
    const changes = new Inbox();
    const stream = await configuration.subscribeWithKeys("config", ["parties"], async (change) => changes.put(change));
    // Nothing says when the subscription stands: set until a change arrives.
    const again = setInterval(() => setInRedis("parties", "two||v2"), 200);
    const change = await changes.next();
    clearInterval(again);
    await stream.stop();
    assert.deepEqual([change.items.parties.value, change.items.parties.version], ["two", "v2"]);
    await refused(configuration.get("nowhere", ["parties"]));
  }

  #kind(isGrpc) {
    return isGrpc ? CommunicationProtocolEnum.GRPC : CommunicationProtocolEnum.HTTP;
  }

  #options(isGrpc) {
    return {
      daprHost: "127.0.0.1",
      daprPort: String(isGrpc ? this.app.grpc_port : this.app.http_port),
      communicationProtocol: this.#kind(isGrpc),
      daprApiToken: this.app.api_token,
      logger: quiet,
    };
  }
}
