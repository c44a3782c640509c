import assert from "node:assert/strict";
import { once } from "node:events";
import { promisify } from "node:util";
import grpc from "@grpc/grpc-js";
import { echoInitial, echoTrailing, zeros } from "./contract.mjs";

const { status } = grpc;
const requestSizes = [27182, 8, 1828, 45904];
const responseSizes = [31415, 9, 2653, 58979];
const largeRequest = { response_size: 314159, payload: zeros(271828) };

const call = (client, method, ...args) => promisify(client[method]).call(client, ...args);

/** The status of a call that fails. */
async function failureOf(promise) {
  try {
    await promise;
  } catch (failure) {
    return failure;
  }
  throw new Error("the call succeeded");
}

async function large(client, request = largeRequest) {
  const response = await call(client, "UnaryCall", request);
  assert.deepEqual(response.payload, zeros(314159));
}

async function readAll(stream) {
  const sizes = [];
  for await (const { payload } of stream) {
    assert.deepEqual(payload, zeros(payload.body.length));
    sizes.push(payload.body.length);
  }
  return sizes;
}

async function next(stream) {
  const [response] = await once(stream, "data");
  return response.payload.body.length;
}

/** Sends messages, each with its write flags, and returns the size that the server has counted. */
async function upload(client, writes) {
  let stream;
  const response = new Promise((resolve, reject) => {
    stream = client.StreamingInputCall((error, value) => (error ? reject(error) : resolve(value)));
  });
  writes.forEach(([message, flags]) => stream.write(message, flags));
  stream.end();
  return (await response).aggregated_payload_size;
}

const request = (sent, wanted) => ({ payload: zeros(sent), response_parameters: [{ size: wanted }] });

function checkEcho(headers, trailers) {
  assert.deepEqual(headers.get(echoInitial), ["test_initial_metadata_value"]);
  assert.deepEqual(trailers.get(echoTrailing), [Buffer.from([0xab, 0xab, 0xab])]);
}

async function statusComesBack(client, message) {
  const failure = await failureOf(call(client, "UnaryCall", { response_status: { code: 2, message } }));
  assert.deepEqual([failure.code, failure.details], [status.UNKNOWN, message]);
}

/** connect({ compressing }) opens a client whose messages are all compressed, or all plain. */
export const cases = {
  async empty_unary({ test }) {
    assert.deepEqual(await call(test, "EmptyCall", {}), {});
  },

  large_unary: ({ test }) => large(test),

  async client_compressed_unary({ test, compressing }) {
    const expecting = (value) => ({ ...largeRequest, expect_compressed: { value } });
    const probe = await failureOf(large(test, expecting(true)));
    assert.equal(probe.code, status.INVALID_ARGUMENT);
    await large(compressing, expecting(true));
    await large(test, expecting(false));
  },

  // The library does not show the flag of a message: that the payload is whole is all that can be seen.
  async server_compressed_unary({ test }) {
    await large(test, { ...largeRequest, response_compressed: { value: true } });
    await large(test, { ...largeRequest, response_compressed: { value: false } });
  },

  async client_streaming({ test }) {
    const size = await upload(
      test,
      requestSizes.map((size) => [{ payload: zeros(size) }]),
    );
    assert.equal(size, 74922);
  },

  async client_compressed_streaming({ compressing }) {
    const noCompress = 2; // WriteFlags.NoCompress, which the package does not export
    const message = (size, value) => ({ payload: zeros(size), expect_compressed: { value } });
    const probe = await failureOf(upload(compressing, [[message(27182, true), noCompress]]));
    assert.equal(probe.code, status.INVALID_ARGUMENT);
    assert.equal(await upload(compressing, [[message(27182, true)], [message(45904, false), noCompress]]), 73086);
  },

  async server_streaming({ test }) {
    const sizes = await readAll(test.StreamingOutputCall({ response_parameters: responseSizes.map((size) => ({ size })) }));
    assert.deepEqual(sizes, responseSizes);
  },

  async server_compressed_streaming({ test }) {
    const wanted = [
      { size: 31415, compressed: { value: true } },
      { size: 92653, compressed: { value: false } },
    ];
    assert.deepEqual(await readAll(test.StreamingOutputCall({ response_parameters: wanted })), [31415, 92653]);
  },

  async ping_pong({ test }) {
    const stream = test.FullDuplexCall();
    for (const [index, sent] of requestSizes.entries()) {
      stream.write(request(sent, responseSizes[index]));
      assert.equal(await next(stream), responseSizes[index]);
    }
    stream.end();
    assert.deepEqual(await readAll(stream), []);
  },

  async empty_stream({ test }) {
    const stream = test.FullDuplexCall();
    stream.end();
    assert.deepEqual(await readAll(stream), []);
  },

  async custom_metadata({ test }) {
    const metadata = new grpc.Metadata();
    metadata.set(echoInitial, "test_initial_metadata_value");
    metadata.set(echoTrailing, Buffer.from([0xab, 0xab, 0xab]));

    const unary = test.UnaryCall(largeRequest, metadata, () => {});
    const [[headers], [ended]] = await Promise.all([once(unary, "metadata"), once(unary, "status")]);
    assert.equal(ended.code, status.OK);
    checkEcho(headers, ended.metadata);

    const duplex = test.FullDuplexCall(metadata);
    duplex.write(request(271828, 314159));
    duplex.end();
    const [[first], [last], sizes] = await Promise.all([once(duplex, "metadata"), once(duplex, "status"), readAll(duplex)]);
    assert.deepEqual(sizes, [314159]);
    checkEcho(first, last.metadata);
  },

  async status_code_and_message({ test }) {
    await statusComesBack(test, "test status message");
    const stream = test.FullDuplexCall();
    stream.write({ response_status: { code: 2, message: "test status message" } });
    stream.end();
    const failure = await failureOf(readAll(stream));
    assert.deepEqual([failure.code, failure.details], [status.UNKNOWN, "test status message"]);
  },

  special_status_message: ({ test }) => statusComesBack(test, "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \u{1f608}\t\n"),

  async unimplemented_method({ test }) {
    assert.equal((await failureOf(call(test, "UnimplementedCall", {}))).code, status.UNIMPLEMENTED);
  },

  async unimplemented_service({ unimplemented }) {
    assert.equal((await failureOf(call(unimplemented, "UnimplementedCall", {}))).code, status.UNIMPLEMENTED);
  },

  async cancel_after_begin({ test }) {
    const failure = new Promise((resolve) => {
      const stream = test.StreamingInputCall((error) => resolve(error));
      setImmediate(() => stream.cancel());
    });
    assert.equal((await failure)?.code, status.CANCELLED);
  },

  async cancel_after_first_response({ test }) {
    const stream = test.FullDuplexCall();
    stream.write(request(27182, 31415));
    assert.equal(await next(stream), 31415);
    stream.cancel();
    assert.equal((await failureOf(readAll(stream))).code, status.CANCELLED);
  },

  async timeout_on_sleeping_server({ test }) {
    const stream = test.FullDuplexCall({ deadline: Date.now() + 1 });
    stream.write({ payload: zeros(27182) });
    assert.equal((await failureOf(readAll(stream))).code, status.DEADLINE_EXCEEDED);
  },
};
