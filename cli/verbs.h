#pragma once
#include "cli/verb.h"

namespace securepair::cli {

// The verbs, each in a file of its name; tree.cc says in which order help has them.
Verb benchVerb();
Verb certVerb();
Verb completionsVerb();
Verb connectVerb();
Verb doctorVerb();
Verb exampleVerb();
Verb helpVerb();
Verb inspectVerb();
Verb proxyVerb();
Verb renegVerb();
Verb serveVerb();
Verb verifyVerb();
Verb versionVerb();

}  // namespace securepair::cli
