#pragma once
#include "cli/verb.h"

namespace securepair::cli {

// The verbs of the group `cert`, each in a file of its name.
Verb certBundleVerb();
Verb certCaVerb();
Verb certCsrVerb();
Verb certKeyVerb();
Verb certNewVerb();
Verb certPfxVerb();
Verb certRevokeVerb();
Verb certSelfSignVerb();
Verb certShowVerb();
Verb certSignVerb();

}  // namespace securepair::cli
