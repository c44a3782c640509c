#include "common.h"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <stdexcept>

// Exported by the library, and declared in none of its public headers.
uint32_t grpc_call_test_only_get_message_flags(grpc_call* call);

namespace interop {

// Set on a message that was decompressed on its way in.
constexpr uint32_t kCompressed = 0x40000000u;

bool WasCompressed(grpc_call* call) { return (grpc_call_test_only_get_message_flags(call) & kCompressed) != 0; }

Flags ReadFlags(int argc, char** argv, Flags defaults) {
  for (int i = 1; i < argc; i++) {
    const std::string flag = argv[i];
    const size_t equals = flag.find('=');
    const std::string name = flag.rfind("--", 0) == 0 ? flag.substr(2, equals - 2) : "";
    if (equals == std::string::npos || defaults.count(name) == 0) throw std::invalid_argument("unknown flag " + flag);
    defaults[name] = flag.substr(equals + 1);
  }
  return defaults;
}

std::string ReadCredential(const std::string& folder, const std::string& file) {
  std::ifstream stream(folder + "/" + file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace interop
