#include "cli/cert_flags.h"
#include "cli/certificate_file.h"
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

std::string opensslLine(const std::string& file, const Buffer& content) {
  OpensslLine line(isRequest(content)          ? "openssl req -noout -text -verify -in"
                   : isRevocationList(content) ? "openssl crl -noout -text -in"
                                               : "openssl storeutl -noout -text -certs");
  return line.word(file).text();
}

Failure listFailure(const std::string& file, const Buffer& content) {
  return {Exit::badFile,
          {.code = "ERR_INVALID_CERTIFICATE",
           .message = "'" + file + "' is a revocation list, which can be used but not shown here",
           .expected = "certificates, or a request",
           .fix = "see what it says: " + opensslLine(file, content) +
                  "; judge by it: securepair verify --crl"}};
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

void showCertificates(const std::string& file, const Buffer& content, Io& io) {
  for (const crypto::CertificateInfo& info : certificatesIn(file, content)) {
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
    io.line(opensslLine(options.file, content));
  } else if (isRequest(content)) {
    showRequest(content, io);
  } else if (isRevocationList(content)) {
    throw listFailure(options.file, content);
  } else {
    showCertificates(options.file, content, io);
  }
  return Exit::ok;
}

}  // namespace

Verb certShowVerb() {
  Verb verb("show", "tells what a certificate or a request says of itself");
  verb.describe("Nothing is judged but that a request's maker has its key: see verify.");
  auto& options = verb.options<CertShowOptions>();
  verb.argument("FILE", "certificates, in PEM or one in DER, or a request", options.file)
      .hint(Hint::file)
      .means("csr");
  verb.toggle("show-openssl", "prints the command of openssl's that does the same instead",
              options.showOpenssl);
  verb.reportsJson();
  verb.example("securepair cert show server-cert.pem", "each certificate in it");
  verb.example("securepair cert show --json server-cert.pem", "an object each");
  verb.run([&options](Io& io) { return show(options, io); });
  return verb;
}

}  // namespace securepair::cli
