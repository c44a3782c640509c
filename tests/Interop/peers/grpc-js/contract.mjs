import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

const definition = loader.loadSync("grpc/testing/test.proto", { includeDirs: [process.env.INTEROP_PROTO], keepCase: true, defaults: true, oneofs: true });

export const { TestService, UnimplementedService } = grpc.loadPackageDefinition(definition).grpc.testing;

export const echoInitial = "x-grpc-test-echo-initial";
export const echoTrailing = "x-grpc-test-echo-trailing-bin";

export const zeros = (size) => ({ body: Buffer.alloc(size) });

/** --name=value flags; those that are not given have their defaults. */
export function readFlags(defaults) {
  const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: "string" }]));
  return { ...defaults, ...parseArgs({ options }).values };
}

export const readCredential = (folder, file) => readFileSync(join(folder, file));
