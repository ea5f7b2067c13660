#include <securepair/crypto/certificate_info.h>

#include "cli/cert_flags.h"
#include "cli/certificate_text.h"
#include "cli/io.h"
#include "cli/verbs/cert.h"

namespace securepair::cli {
namespace {

struct CertShowOptions {
  std::string file;
  bool showOpenssl = false;
};

bool isRequest(const Buffer& content) {
  return content.text().find("CERTIFICATE REQUEST-----") != std::string_view::npos;
}

std::string opensslLine(const std::string& file, bool request) {
  OpensslLine line(request ? "openssl req -noout -text -verify -in"
                           : "openssl storeutl -noout -text -certs");
  return line.word(file).text();
}

void showRequest(const Buffer& content, Io& io) {
  const crypto::CsrInfo csr = crypto::readCsr(content);
  if (io.json()) {
    Json object;
    object.set("subject", subjectJson(csr.subject)).set("subjectaltname", csr.subjectaltname);
    io.record(object.set("key_type", csr.keyType).set("key_bits", csr.keyBits));
    return;
  }
  io.line("request: " + subjectText(csr.subject));
  io.line("  names: " + (csr.subjectaltname.empty() ? "none" : csr.subjectaltname));
  io.line("  key: " + csr.keyType + " of " + std::to_string(csr.keyBits) + " bits");
}

void showCertificates(const Buffer& content, Io& io) {
  for (const crypto::CertificateInfo& info : crypto::readCertificates(content)) {
    if (io.json()) {
      io.record(certificateJson(info));
      continue;
    }
    io.line("certificate: " + subjectText(info.certificate.subject));
    for (const std::string& line : certificateLines(info)) io.line("  " + line);
  }
}

Exit show(const CertShowOptions& options, Io& io) {
  const Buffer content = readFile(options.file);
  if (options.showOpenssl) {
    io.line(opensslLine(options.file, isRequest(content)));
  } else if (isRequest(content)) {
    showRequest(content, io);
  } else {
    showCertificates(content, io);
  }
  return Exit::ok;
}

}  // namespace

Verb certShowVerb() {
  Verb verb("show", "tells what a certificate or a request says of itself");
  verb.describe("Nothing is judged but that a request's maker has its key: see verify.");
  auto& options = verb.options<CertShowOptions>();
  verb.argument("FILE", "certificates, or a request", options.file).hint(Hint::file);
  verb.toggle("show-openssl", "prints the command of openssl's that does the same instead",
              options.showOpenssl);
  verb.reportsJson();
  verb.example("securepair cert show server-cert.pem", "each certificate in it");
  verb.example("securepair cert show --json server-cert.pem", "an object each");
  verb.run([&options](Io& io) { return show(options, io); });
  return verb;
}

}  // namespace securepair::cli
