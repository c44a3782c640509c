import grpc from "@grpc/grpc-js";
import { TestService, echoInitial, echoTrailing, readCredential, readFlags, zeros } from "./contract.mjs";

const flags = readFlags({ port: "0", use_tls: "false", credentials: "" });

/** Sends the metadata that asks to come back, and returns the trailers. */
function echo(call) {
  const headers = new grpc.Metadata();
  call.metadata.get(echoInitial).forEach((value) => headers.add(echoInitial, value));
  call.sendMetadata(headers);
  const trailers = new grpc.Metadata();
  call.metadata.get(echoTrailing).forEach((value) => trailers.add(echoTrailing, value));
  return trailers;
}

const failure = ({ code, message }, metadata) => ({ code, details: message, metadata });

function unaryCall(call, callback) {
  const trailers = echo(call);
  const { response_status: status, response_size: size } = call.request;
  if (status?.code) {
    callback(failure(status, trailers));
  } else {
    callback(null, { payload: zeros(size) }, trailers);
  }
}

function streamingInputCall(call, callback) {
  const trailers = echo(call);
  let size = 0;
  call.on("data", (request) => (size += request.payload?.body.length ?? 0));
  call.on("end", () => callback(null, { aggregated_payload_size: size }, trailers));
}

const answer = (call, request) => request.response_parameters.forEach(({ size }) => call.write({ payload: zeros(size) }));

function streamingOutputCall(call) {
  const trailers = echo(call);
  answer(call, call.request);
  call.end(trailers);
}

function fullDuplexCall(call) {
  const trailers = echo(call);
  let ended = false;
  call.on("data", (request) => {
    if (request.response_status?.code) {
      ended = true;
      call.emit("error", failure(request.response_status, trailers));
    } else if (!ended) {
      answer(call, request);
    }
  });
  call.on("end", () => ended || call.end(trailers));
}

const server = new grpc.Server();
server.addService(TestService.service, {
  EmptyCall: (_, callback) => callback(null, {}),
  UnaryCall: unaryCall,
  StreamingInputCall: streamingInputCall,
  StreamingOutputCall: streamingOutputCall,
  FullDuplexCall: fullDuplexCall,
});

const credentials =
  flags.use_tls === "true"
    ? grpc.ServerCredentials.createSsl(null, [{ cert_chain: readCredential(flags.credentials, "server1.pem"), private_key: readCredential(flags.credentials, "server1.key") }])
    : grpc.ServerCredentials.createInsecure();
server.bindAsync(`127.0.0.1:${flags.port}`, credentials, (error, port) => {
  if (error) {
    throw error;
  }
  console.log(`listening on ${port}`);
});
