// PARTIES: JSON of the sidecar's applications by role, and of what there is beside it.
import { spawn } from "node:child_process";
import net from "node:net";
import { check, failures } from "./checks.mjs";
import { ProxiedApp } from "./proxied.mjs";
import { SdkApp } from "./sdk.mjs";

const { apps, redis_port: redisPort, python } = JSON.parse(process.env.PARTIES);
const overHttp = new SdkApp(apps.http, "http");
const overGrpc = new SdkApp(apps.grpc, "grpc");
const proxied = new ProxiedApp(apps.proxied, apps.caller);

await check("applications start and the sidecar finds them", () => Promise.all([overHttp.start(), overGrpc.start(), proxied.start()]));
const around = { hasRedis: redisPort !== null, setInRedis };
await overHttp.run({ ...around, others: [apps.http.app_id, apps.grpc.app_id] });
await overGrpc.run({ ...around, others: [apps.http.app_id, apps.grpc.app_id] });
await proxied.run();
if (python !== null) {
  await check("python3-grpcio: state, publish, streaming subscription, proxied calls", () => runPython());
}

// The SDK's servers wait for connections that stay open.
process.exit(failures());

function setInRedis(key, value) {
  return new Promise((go, fail) => {
    const socket = net.connect(redisPort, "127.0.0.1", () => socket.write(`SET ${key} ${value}\r\n`));
    socket.on("error", fail);
    socket.on("data", () => { socket.end(); go(); });
  });
}

function runPython() {
  return new Promise((go, fail) => {
    // Debian's: another one that is first on PATH has no gRPC.
    const child = spawn("/usr/bin/python3", [python.script], { env: { ...process.env, PYTHONPATH: python.stubs } });
    let said = "";
    child.stdout.on("data", (text) => { said += text; });
    child.stderr.on("data", (text) => { said += text; });
    child.on("close", (code) => code === 0 ? go() : fail(new Error(said)));
  });
}
