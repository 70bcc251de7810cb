#pragma once

#include "../arguments.h"
#include "../exit_code.h"
#include "../session.h"

/// One function per verb, each in a file of its own. They write to the session and return the exit code; what goes
/// wrong they throw, and failure.h turns it into a message and a code.
namespace lmw::cli {

int execute(const ListArguments& arguments, Session& session);
int execute(const ShowArguments& arguments, Session& session);
int execute(const RunArguments& arguments, Session& session);
int execute(const StatusArguments& arguments, Session& session);
int execute(const VerdictsArguments& arguments, Session& session);
int execute(const ExplainArguments& arguments, Session& session);
int execute(const DiffArguments& arguments, Session& session);
int execute(const QueryArguments& arguments, Session& session);
int execute(const VerifyArguments& arguments, Session& session);
int execute(const ExportArguments& arguments, Session& session);
int execute(const ReportArguments& arguments, Session& session);
int execute(const DataArguments& arguments, Session& session);
int execute(const DoctorArguments& arguments, Session& session);
int execute(const PluginTestArguments& arguments, Session& session);
int execute(const PluginNewArguments& arguments, Session& session);

}  // namespace lmw::cli
