#pragma once
#include <securepair/tls/certificate.h>

#include <node_api.h>

namespace securepair::node {

/// The object that the page shows, and what today's Node adds; {} where there is no certificate.
/// With its chain in `issuerCertificate`, as far as it has one.
napi_value certificateValue(napi_env env, const tls::PeerCertificate& certificate);

}  // namespace securepair::node
