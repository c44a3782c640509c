#include <algorithm>
#include <iostream>
#include <memory>

#include "common.h"

namespace {

using namespace interop;
using namespace grpc::testing;
using grpc::ServerContext;
using grpc::Status;

void Echo(ServerContext* context) {
  for (const auto& [key, value] : context->client_metadata()) {
    const std::string text(value.data(), value.size());
    if (key == kEchoInitial) context->AddInitialMetadata(kEchoInitial, text);
    if (key == kEchoTrailing) context->AddTrailingMetadata(kEchoTrailing, text);
  }
}

template <typename Request>
Status Wanted(const Request& request) {
  return Status(static_cast<grpc::StatusCode>(request.response_status().code()), request.response_status().message());
}

template <typename Request>
bool IsAsExpected(const ServerContext& context, const Request& request) {
  return !request.has_expect_compressed() || request.expect_compressed().value() == InteropServerContextInspector::WasCompressed(context);
}

const Status kNotAsExpected(grpc::StatusCode::INVALID_ARGUMENT, "The message's compression is not what it says.");

template <typename Writer>
void Answer(const StreamingOutputCallRequest& request, Writer* writer) {
  for (const auto& wanted : request.response_parameters()) {
    StreamingOutputCallResponse response;
    response.mutable_payload()->set_body(Zeros(wanted.size()));
    grpc::WriteOptions options;
    if (wanted.has_compressed() && !wanted.compressed().value()) options.set_no_compression();
    writer->Write(response, options);
  }
}

class TestServiceImpl final : public TestService::Service {
 public:
  Status EmptyCall(ServerContext*, const Empty*, Empty*) override { return Status::OK; }

  Status UnaryCall(ServerContext* context, const SimpleRequest* request, SimpleResponse* response) override {
    if (!IsAsExpected(*context, *request)) return kNotAsExpected;
    Echo(context);
    if (request->response_compressed().value()) context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
    response->mutable_payload()->set_body(Zeros(request->response_size()));
    return Wanted(*request);
  }

  Status StreamingInputCall(ServerContext* context, grpc::ServerReader<StreamingInputCallRequest>* reader, StreamingInputCallResponse* response) override {
    Echo(context);
    int size = 0;
    for (StreamingInputCallRequest request; reader->Read(&request);) {
      if (!IsAsExpected(*context, request)) return kNotAsExpected;
      size += request.payload().body().size();
    }
    response->set_aggregated_payload_size(size);
    return Status::OK;
  }

  Status StreamingOutputCall(ServerContext* context, const StreamingOutputCallRequest* request, grpc::ServerWriter<StreamingOutputCallResponse>* writer) override {
    Echo(context);
    const auto& wanted = request->response_parameters();
    if (std::any_of(wanted.begin(), wanted.end(), [](const auto& w) { return w.compressed().value(); })) {
      context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
    }
    Answer(*request, writer);
    return Wanted(*request);
  }

  Status FullDuplexCall(ServerContext* context, grpc::ServerReaderWriter<StreamingOutputCallResponse, StreamingOutputCallRequest>* stream) override {
    Echo(context);
    for (StreamingOutputCallRequest request; stream->Read(&request);) {
      if (request.response_status().code() != 0) return Wanted(request);
      Answer(request, stream);
    }
    return Status::OK;
  }
};

std::shared_ptr<grpc::ServerCredentials> Credentials(const Flags& flags) {
  if (flags.at("use_tls") != "true") return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({ReadCredential(flags.at("credentials"), "server1.key"), ReadCredential(flags.at("credentials"), "server1.pem")});
  return grpc::SslServerCredentials(options);
}

}  // namespace

int main(int argc, char** argv) {
  const Flags flags = ReadFlags(argc, argv, {{"port", "0"}, {"use_tls", "false"}, {"credentials", ""}});
  TestServiceImpl service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  builder.AddListeningPort("127.0.0.1:" + flags.at("port"), Credentials(flags), &port);
  const auto server = builder.BuildAndStart();
  if (!server) return 1;
  std::cout << "listening on " << port << std::endl;
  server->Wait();
}
