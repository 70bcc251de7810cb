#include "data_lookup.h"

#include <lmw/learn/data_error.h>
#include <lmw/learn/data_registry.h>

#include <iostream>
#include <map>
#include <memory>
#include <mutex>

namespace lmw::cli {

host::DataLookup data_lookup() {
  struct Known {
    learn::DataRegistry registry;
    std::mutex mutex;
    std::map<std::string, std::optional<host::DataLocation>> answers;
  };
  const auto known = std::make_shared<Known>();
  return [known](const std::string& name) {
    const std::lock_guard lock(known->mutex);
    const auto answered = known->answers.find(name);
    if (answered != known->answers.end()) return answered->second;
    std::optional<host::DataLocation> answer;
    try {
      if (const auto found = known->registry.find(name)) answer = {found->folder.string(), found->sha256};
    } catch (const learn::DataError& error) {
      std::cerr << "lmw: " << error.what() << std::endl;
    } catch (const std::invalid_argument&) {
      // A plugin of others may name a data set that no registry has: it is not there.
    }
    return known->answers[name] = answer;
  };
}

}  // namespace lmw::cli
