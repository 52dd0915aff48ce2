#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

static std::string service() {
  std::string state;
  std::ifstream("state") >> state;
  if (state == "hanging") {
    std::ofstream("waiting") << "";
    std::this_thread::sleep_for(std::chrono::minutes(1));
  }
  return state;
}

TEST_CASE("answers") {
  INFO("the service is down");
  CHECK(1 == 1);
  REQUIRE(service() == "up");
}
TEST_CASE("greets") { CHECK(true); } // goes
