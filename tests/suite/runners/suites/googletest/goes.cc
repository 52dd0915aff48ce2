#include <gtest/gtest.h>

TEST(Search, Finds) {}
