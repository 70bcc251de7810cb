#pragma once

#include "session.h"

#include <lmw/host/plan.h>
#include <lmw/store/views.h>

#include <vector>

/// The newcomer's tour: a few laws with a real refutation each, told in plain words around an ordinary run.
namespace lmw::cli {

/// The laws of the tour that are there. @throws host::UsageError  none is.
host::Study demo_study(Session& session);

/// Before: what is predicted, and what would refute it.
void tell_before(const host::Plan& plan, Session& session);

/// After: a law that held, a rival that lost, a point where the law itself says that it must fail; and what to try.
void tell_after(const store::RunRow& run, const std::vector<store::VerdictRow>& verdicts, Session& session);

}  // namespace lmw::cli
