#include "probe/name_lookup.hpp"

#include <netdb.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <condition_variable>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace prefect_config::probing {
namespace {

Lookup ask_system(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  Lookup lookup;
  const int status = getaddrinfo(endpoint.host.c_str(), endpoint.port.c_str(), &hints, &found);
  if (status != 0) {
    lookup.problem = gai_strerror(status);
    return lookup;
  }
  for (const auto* at = found; at; at = at->ai_next) {
    if (at->ai_addrlen > sizeof(sockaddr_storage)) continue;
    SocketAddress address;
    std::memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
    address.size = at->ai_addrlen;
    address.family = at->ai_family;
    lookup.addresses.push_back(address);
  }
  freeaddrinfo(found);
  if (lookup.addresses.empty()) lookup.problem = "no address";
  return lookup;
}

// What the thread that asks and the one that waits share; the last of the two takes it away.
struct Answer {
  std::mutex mutex;
  std::condition_variable arrived;
  std::optional<Lookup> lookup;
};

}  // namespace

bool SocketAddress::is_loopback() const {
  if (family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&storage);
    const auto address = ntohl(v4->sin_addr.s_addr);
    return (address >> 24) == 127 || address == INADDR_ANY;
  }
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&storage);
  const auto& bytes = v6->sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&bytes) || IN6_IS_ADDR_UNSPECIFIED(&bytes) ||
         (IN6_IS_ADDR_V4MAPPED(&bytes) && bytes.s6_addr[12] == 127);
}

std::optional<Lookup> look_up(const Endpoint& endpoint,
                              std::chrono::steady_clock::time_point deadline) {
  const auto answer = std::make_shared<Answer>();
  // The system cannot be interrupted: a thread that is late is left to itself.
  std::thread([answer, endpoint] {
    Lookup lookup;
    try {
      lookup = ask_system(endpoint);
    } catch (const std::exception&) {
      lookup.problem = "out of memory";
    }
    const std::lock_guard lock(answer->mutex);
    answer->lookup = std::move(lookup);
    answer->arrived.notify_all();
  }).detach();
  std::unique_lock lock(answer->mutex);
  answer->arrived.wait_until(lock, deadline, [&answer] { return answer->lookup.has_value(); });
  return answer->lookup;
}

}  // namespace prefect_config::probing
