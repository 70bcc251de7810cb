#include <lmw/host/runner.h>

#include <unistd.h>

#include <fstream>
#include <string>

namespace lmw::host {
namespace {

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  return "unknown";
}

}  // namespace

store::Provenance provenance(int jobs) {
  char host[256] = "unknown";
  gethostname(host, sizeof host - 1);
  return {.lmw_version = LMW_VERSION,
          .git_commit = LMW_GIT_COMMIT,
          .host = host,
          .cpu = cpu_model(),
          .compiler = LMW_COMPILER,
          .flags = LMW_FLAGS,
          .blas = LMW_BLAS,
          .jobs = jobs};
}

}  // namespace lmw::host
