#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>

static std::string service() {
  std::string state;
  std::ifstream("state") >> state;
  if (state == "hanging") {
    std::ofstream("waiting") << "";
    std::this_thread::sleep_for(std::chrono::minutes(1));
  }
  return state;
}

TEST(Checkout, Answers) { EXPECT_EQ(service(), "up") << "the service is down"; }
TEST(Checkout, Greets) {} // goes
