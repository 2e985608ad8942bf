/// \file
/// The whole library, in the order of its flow: a launch, the settings as data, layers, the
/// resolution, credentials, findings, reports.
#pragma once

#include <prefect_config/auth.hpp>
#include <prefect_config/diff.hpp>
#include <prefect_config/finding.hpp>
#include <prefect_config/inspect.hpp>
#include <prefect_config/launch.hpp>
#include <prefect_config/layers.hpp>
#include <prefect_config/origin.hpp>
#include <prefect_config/probe.hpp>
#include <prefect_config/registry.hpp>
#include <prefect_config/report.hpp>
#include <prefect_config/request.hpp>
#include <prefect_config/resolve.hpp>
#include <prefect_config/secret.hpp>
#include <prefect_config/value.hpp>
#include <prefect_config/version.hpp>
