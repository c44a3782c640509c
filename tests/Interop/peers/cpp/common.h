// What the client and the server share.
#pragma once

#include <grpc/grpc.h>
#include <grpcpp/grpcpp.h>

#include <map>
#include <string>

#include "grpc/testing/test.grpc.pb.h"

namespace interop {

inline const std::string kEchoInitial = "x-grpc-test-echo-initial";
inline const std::string kEchoTrailing = "x-grpc-test-echo-trailing-bin";

using Flags = std::map<std::string, std::string>;

// --name=value flags over their defaults.
Flags ReadFlags(int argc, char** argv, Flags defaults);

std::string ReadCredential(const std::string& folder, const std::string& file);

inline std::string Zeros(int size) { return std::string(size, '\0'); }

// Whether the last message that came was compressed.
bool WasCompressed(grpc_call* call);

}  // namespace interop

// The library's own door to the call behind a context, for interop tests.
namespace grpc::testing {

class InteropClientContextInspector {
 public:
  static bool WasCompressed(const ClientContext& context) { return interop::WasCompressed(context.call_); }
};

class InteropServerContextInspector {
 public:
  static bool WasCompressed(const ServerContext& context) { return interop::WasCompressed(context.call_.call); }
};

}  // namespace grpc::testing
