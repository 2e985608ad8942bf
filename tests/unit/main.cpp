// doctest's implementation and main, compiled once: it is the slowest file of the tests.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
