#pragma once

/// The one header a plugin needs.
#include <lmw/sdk/law.h>
#include <lmw/sdk/plugin.h>
