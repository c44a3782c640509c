#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "common.h"

namespace {

using namespace interop;
using namespace grpc::testing;
using grpc::ClientContext;
using grpc::Status;
using grpc::StatusCode;

constexpr int kRequestSizes[] = {27182, 8, 1828, 45904};
constexpr int kResponseSizes[] = {31415, 9, 2653, 58979};
const std::string kInitial = "test_initial_metadata_value";
const std::string kTrailing = "\xab\xab\xab";

struct Stubs {
  std::unique_ptr<TestService::Stub> test;
  std::unique_ptr<UnimplementedService::Stub> unimplemented;
};

[[noreturn]] void Fail(const std::string& why) { throw std::runtime_error(why); }

void Check(bool holds, const std::string& what) {
  if (!holds) Fail("expected " + what);
}

void CheckStatus(const Status& status, StatusCode expected) {
  Check(status.error_code() == expected, "status " + std::to_string(expected) + ", not " + std::to_string(status.error_code()) + ": " + status.error_message());
}

SimpleRequest LargeRequest() {
  SimpleRequest request;
  request.set_response_size(314159);
  request.mutable_payload()->set_body(Zeros(271828));
  return request;
}

StreamingOutputCallRequest StreamRequest(int sent, int wanted) {
  StreamingOutputCallRequest request;
  request.mutable_payload()->set_body(Zeros(sent));
  request.add_response_parameters()->set_size(wanted);
  return request;
}

template <typename Reader>
void ReadNext(Reader& reader, int size) {
  StreamingOutputCallResponse response;
  Check(reader.Read(&response), "a response of " + std::to_string(size) + " bytes");
  Check(response.payload().body() == Zeros(size), std::to_string(size) + " zeros");
}

template <typename Reader>
void ReadEnd(Reader& reader) {
  StreamingOutputCallResponse response;
  Check(!reader.Read(&response), "no further response");
}

Status CallLarge(Stubs& stubs, ClientContext& context, const SimpleRequest& request) {
  SimpleResponse response;
  const Status status = stubs.test->UnaryCall(&context, request, &response);
  if (status.ok()) Check(response.payload().body() == Zeros(314159), "314159 zeros");
  return status;
}

void EmptyUnary(Stubs& stubs) {
  ClientContext context;
  Empty response;
  CheckStatus(stubs.test->EmptyCall(&context, Empty(), &response), StatusCode::OK);
}

void LargeUnary(Stubs& stubs) {
  ClientContext context;
  CheckStatus(CallLarge(stubs, context, LargeRequest()), StatusCode::OK);
}

void ClientCompressedUnary(Stubs& stubs) {
  const auto call = [&](bool expected, grpc_compression_algorithm algorithm) {
    ClientContext context;
    context.set_compression_algorithm(algorithm);
    SimpleRequest request = LargeRequest();
    request.mutable_expect_compressed()->set_value(expected);
    return CallLarge(stubs, context, request);
  };
  CheckStatus(call(true, GRPC_COMPRESS_NONE), StatusCode::INVALID_ARGUMENT);
  CheckStatus(call(true, GRPC_COMPRESS_GZIP), StatusCode::OK);
  CheckStatus(call(false, GRPC_COMPRESS_NONE), StatusCode::OK);
}

void ServerCompressedUnary(Stubs& stubs) {
  for (const bool compressed : {true, false}) {
    ClientContext context;
    SimpleRequest request = LargeRequest();
    request.mutable_response_compressed()->set_value(compressed);
    CheckStatus(CallLarge(stubs, context, request), StatusCode::OK);
    Check(InteropClientContextInspector::WasCompressed(context) == compressed, compressed ? "a compressed response" : "a plain response");
  }
}

StreamingInputCallRequest InputRequest(int size) {
  StreamingInputCallRequest request;
  request.mutable_payload()->set_body(Zeros(size));
  return request;
}

void ClientStreaming(Stubs& stubs) {
  ClientContext context;
  StreamingInputCallResponse response;
  const auto writer = stubs.test->StreamingInputCall(&context, &response);
  for (const int size : kRequestSizes) Check(writer->Write(InputRequest(size)), "an open stream");
  writer->WritesDone();
  CheckStatus(writer->Finish(), StatusCode::OK);
  Check(response.aggregated_payload_size() == 74922, "an aggregated size of 74922");
}

void ClientCompressedStreaming(Stubs& stubs) {
  struct Write {
    int size;
    bool expected, compressed;
  };
  const auto call = [&](const std::vector<Write>& writes, StreamingInputCallResponse* response) {
    ClientContext context;
    context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    const auto writer = stubs.test->StreamingInputCall(&context, response);
    for (const auto& write : writes) {
      StreamingInputCallRequest request = InputRequest(write.size);
      request.mutable_expect_compressed()->set_value(write.expected);
      grpc::WriteOptions options;
      if (!write.compressed) options.set_no_compression();
      writer->Write(request, options);
    }
    writer->WritesDone();
    return writer->Finish();
  };
  StreamingInputCallResponse response;
  CheckStatus(call({{27182, true, false}}, &response), StatusCode::INVALID_ARGUMENT);
  CheckStatus(call({{27182, true, true}, {45904, false, false}}, &response), StatusCode::OK);
  Check(response.aggregated_payload_size() == 73086, "an aggregated size of 73086");
}

void ServerStreaming(Stubs& stubs) {
  ClientContext context;
  StreamingOutputCallRequest request;
  for (const int size : kResponseSizes) request.add_response_parameters()->set_size(size);
  const auto reader = stubs.test->StreamingOutputCall(&context, request);
  for (const int size : kResponseSizes) ReadNext(*reader, size);
  ReadEnd(*reader);
  CheckStatus(reader->Finish(), StatusCode::OK);
}

void ServerCompressedStreaming(Stubs& stubs) {
  const std::pair<int, bool> wanted[] = {{31415, true}, {92653, false}};
  ClientContext context;
  StreamingOutputCallRequest request;
  for (const auto& [size, compressed] : wanted) {
    auto* parameters = request.add_response_parameters();
    parameters->set_size(size);
    parameters->mutable_compressed()->set_value(compressed);
  }
  const auto reader = stubs.test->StreamingOutputCall(&context, request);
  for (const auto& [size, compressed] : wanted) {
    ReadNext(*reader, size);
    Check(InteropClientContextInspector::WasCompressed(context) == compressed, compressed ? "a compressed response" : "a plain response");
  }
  ReadEnd(*reader);
  CheckStatus(reader->Finish(), StatusCode::OK);
}

void PingPong(Stubs& stubs) {
  ClientContext context;
  const auto stream = stubs.test->FullDuplexCall(&context);
  for (size_t i = 0; i < std::size(kRequestSizes); i++) {
    Check(stream->Write(StreamRequest(kRequestSizes[i], kResponseSizes[i])), "an open stream");
    ReadNext(*stream, kResponseSizes[i]);
  }
  stream->WritesDone();
  ReadEnd(*stream);
  CheckStatus(stream->Finish(), StatusCode::OK);
}

void EmptyStream(Stubs& stubs) {
  ClientContext context;
  const auto stream = stubs.test->FullDuplexCall(&context);
  stream->WritesDone();
  ReadEnd(*stream);
  CheckStatus(stream->Finish(), StatusCode::OK);
}

void CustomMetadata(Stubs& stubs) {
  const auto add = [](ClientContext& context) {
    context.AddMetadata(kEchoInitial, kInitial);
    context.AddMetadata(kEchoTrailing, kTrailing);
  };
  const auto check = [](const ClientContext& context) {
    const auto& initial = context.GetServerInitialMetadata();
    const auto& trailing = context.GetServerTrailingMetadata();
    Check(initial.count(kEchoInitial) == 1 && initial.find(kEchoInitial)->second == kInitial, kEchoInitial);
    Check(trailing.count(kEchoTrailing) == 1 && trailing.find(kEchoTrailing)->second == kTrailing, kEchoTrailing);
  };
  ClientContext unary;
  add(unary);
  CheckStatus(CallLarge(stubs, unary, LargeRequest()), StatusCode::OK);
  check(unary);

  ClientContext duplex;
  add(duplex);
  const auto stream = stubs.test->FullDuplexCall(&duplex);
  stream->Write(StreamRequest(271828, 314159));
  stream->WritesDone();
  ReadNext(*stream, 314159);
  ReadEnd(*stream);
  CheckStatus(stream->Finish(), StatusCode::OK);
  check(duplex);
}

void CheckStatusComesBack(Stubs& stubs, const std::string& message) {
  ClientContext context;
  SimpleRequest request;
  request.mutable_response_status()->set_code(StatusCode::UNKNOWN);
  request.mutable_response_status()->set_message(message);
  SimpleResponse response;
  const Status status = stubs.test->UnaryCall(&context, request, &response);
  CheckStatus(status, StatusCode::UNKNOWN);
  Check(status.error_message() == message, "the message that was asked for");
}

void StatusCodeAndMessage(Stubs& stubs) {
  CheckStatusComesBack(stubs, "test status message");
  ClientContext context;
  const auto stream = stubs.test->FullDuplexCall(&context);
  StreamingOutputCallRequest request;
  request.mutable_response_status()->set_code(StatusCode::UNKNOWN);
  request.mutable_response_status()->set_message("test status message");
  stream->Write(request);
  stream->WritesDone();
  ReadEnd(*stream);
  const Status status = stream->Finish();
  CheckStatus(status, StatusCode::UNKNOWN);
  Check(status.error_message() == "test status message", "the message that was asked for");
}

void SpecialStatusMessage(Stubs& stubs) {
  CheckStatusComesBack(stubs, "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001F608\t\n");
}

void UnimplementedMethod(Stubs& stubs) {
  ClientContext context;
  Empty response;
  CheckStatus(stubs.test->UnimplementedCall(&context, Empty(), &response), StatusCode::UNIMPLEMENTED);
}

void UnimplementedServiceCase(Stubs& stubs) {
  ClientContext context;
  Empty response;
  CheckStatus(stubs.unimplemented->UnimplementedCall(&context, Empty(), &response), StatusCode::UNIMPLEMENTED);
}

void CancelAfterBegin(Stubs& stubs) {
  ClientContext context;
  StreamingInputCallResponse response;
  const auto writer = stubs.test->StreamingInputCall(&context, &response);
  context.TryCancel();
  CheckStatus(writer->Finish(), StatusCode::CANCELLED);
}

void CancelAfterFirstResponse(Stubs& stubs) {
  ClientContext context;
  const auto stream = stubs.test->FullDuplexCall(&context);
  stream->Write(StreamRequest(27182, 31415));
  ReadNext(*stream, 31415);
  context.TryCancel();
  CheckStatus(stream->Finish(), StatusCode::CANCELLED);
}

void TimeoutOnSleepingServer(Stubs& stubs) {
  ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(1));
  const auto stream = stubs.test->FullDuplexCall(&context);
  StreamingOutputCallRequest request;
  request.mutable_payload()->set_body(Zeros(27182));
  stream->Write(request);
  ReadEnd(*stream);
  CheckStatus(stream->Finish(), StatusCode::DEADLINE_EXCEEDED);
}

const std::map<std::string, std::function<void(Stubs&)>> kCases = {
    {"empty_unary", EmptyUnary},
    {"large_unary", LargeUnary},
    {"client_compressed_unary", ClientCompressedUnary},
    {"server_compressed_unary", ServerCompressedUnary},
    {"client_streaming", ClientStreaming},
    {"client_compressed_streaming", ClientCompressedStreaming},
    {"server_streaming", ServerStreaming},
    {"server_compressed_streaming", ServerCompressedStreaming},
    {"ping_pong", PingPong},
    {"empty_stream", EmptyStream},
    {"custom_metadata", CustomMetadata},
    {"status_code_and_message", StatusCodeAndMessage},
    {"special_status_message", SpecialStatusMessage},
    {"unimplemented_method", UnimplementedMethod},
    {"unimplemented_service", UnimplementedServiceCase},
    {"cancel_after_begin", CancelAfterBegin},
    {"cancel_after_first_response", CancelAfterFirstResponse},
    {"timeout_on_sleeping_server", TimeoutOnSleepingServer},
};

std::shared_ptr<grpc::Channel> Connect(const Flags& flags) {
  auto credentials = grpc::InsecureChannelCredentials();
  if (flags.at("use_tls") == "true") {
    grpc::SslCredentialsOptions options;
    if (flags.at("use_test_ca") == "true") options.pem_root_certs = ReadCredential(flags.at("credentials"), "ca.pem");
    credentials = grpc::SslCredentials(options);
  }
  grpc::ChannelArguments arguments;
  if (const std::string& override = flags.at("server_host_override"); !override.empty()) arguments.SetSslTargetNameOverride(override);
  return grpc::CreateCustomChannel(flags.at("server_host") + ":" + flags.at("server_port"), credentials, arguments);
}

bool Run(const std::string& name, const Flags& flags) {
  const auto channel = Connect(flags);
  Stubs stubs{TestService::NewStub(channel), UnimplementedService::NewStub(channel)};
  try {
    kCases.at(name)(stubs);
    std::cout << name << " ok" << std::endl;
    return true;
  } catch (const std::exception& failure) {
    std::cout << name << " failed: " << failure.what() << std::endl;
    return false;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Flags flags = ReadFlags(argc, argv, {{"server_host", "127.0.0.1"}, {"server_host_override", ""}, {"server_port", ""}, {"test_case", ""},
                                             {"use_tls", "false"}, {"use_test_ca", "false"}, {"credentials", ""}});
  bool passed = true;
  std::istringstream names(flags.at("test_case"));
  for (std::string name; std::getline(names, name, ',');) passed &= Run(name, flags);
  return passed ? 0 : 1;
}
