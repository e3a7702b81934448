// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_ca.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <cstdio>
#include <stdexcept>

namespace kith::tests {

namespace {

template <class T, void (*free_it)(T*)>
struct Freer {
    void operator()(T* pointer) const { free_it(pointer); }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509, X509_free>>;

template <class T>
T* check(T* pointer, const char* what)
{
    if (!pointer)
        throw std::runtime_error(std::string{"OpenSSL cannot "} + what);
    return pointer;
}
void check(int result, const char* what)
{
    if (result <= 0)
        throw std::runtime_error(std::string{"OpenSSL cannot "} + what);
}

Key make_key()
{
    return Key{check(EVP_EC_gen("P-256"), "make a key")};
}

void add_extension(X509& certificate, X509& issuer, int nid, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
    auto* extension =
        check(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), "make an extension");
    const int added = X509_add_ext(&certificate, extension, -1);
    X509_EXTENSION_free(extension);
    check(added, "add an extension");
}

/// An unsigned certificate, valid from an hour ago until tomorrow.
Certificate make_certificate(const std::string& common_name, EVP_PKEY& key)
{
    Certificate certificate{check(X509_new(), "make a certificate")};
    std::uint32_t serial = 0;
    check(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial),
          "find a serial number");
    check(X509_set_version(certificate.get(), X509_VERSION_3), "set the version");
    check(ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1 + static_cast<long>(serial >> 1)),
          "set the serial number");
    check(X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600) ? 1 : 0, "set the start");
    check(X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400) ? 1 : 0, "set the end");
    check(X509_set_pubkey(certificate.get(), &key), "set the key");
    auto* subject = X509_get_subject_name(certificate.get());
    check(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(common_name.data()),
                                     static_cast<int>(common_name.size()), -1, 0),
          "set the subject");
    return certificate;
}

class PemFile {
public:
    explicit PemFile(const std::filesystem::path& path) : m_file(std::fopen(path.c_str(), "w"))
    {
        if (!m_file)
            throw std::runtime_error("cannot write " + path.string());
    }
    ~PemFile() { std::fclose(m_file); }
    PemFile(const PemFile&) = delete;
    PemFile& operator=(const PemFile&) = delete;
    void write(X509& certificate)
    {
        check(PEM_write_X509(m_file, &certificate), "write a certificate");
    }
    void write(EVP_PKEY& key)
    {
        check(PEM_write_PrivateKey(m_file, &key, nullptr, nullptr, 0, nullptr, nullptr),
              "write a key");
    }

private:
    std::FILE* m_file;
};

} // namespace

struct TestCa::State {
    std::filesystem::path directory;
    std::filesystem::path file;
    Key key;
    Certificate certificate;
};

TestCa::TestCa(std::filesystem::path directory) : m_state(std::make_unique<State>())
{
    auto& state = *m_state;
    state.file = directory / "ca.pem";
    state.directory = std::move(directory);
    state.key = make_key();
    state.certificate = make_certificate("Kith test authority", *state.key);
    auto& certificate = *state.certificate;
    check(X509_set_issuer_name(&certificate, X509_get_subject_name(&certificate)),
          "set the issuer");
    add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
    check(X509_sign(&certificate, state.key.get(), EVP_sha256()), "sign");
    PemFile{state.file}.write(certificate);
}

TestCa::~TestCa() = default;

const std::filesystem::path& TestCa::certificate() const
{
    return m_state->file;
}

TestCertificate TestCa::issue(const std::string& name, const std::vector<std::string>& dns_names,
                              const std::vector<std::string>& addresses)
{
    std::string names;
    for (const auto& dns : dns_names)
        names += (names.empty() ? "DNS:" : ",DNS:") + dns;
    for (const auto& address : addresses)
        names += (names.empty() ? "IP:" : ",IP:") + address;
    const auto key = make_key();
    const auto leaf = make_certificate(name, *key);
    auto& authority = *m_state->certificate;
    check(X509_set_issuer_name(leaf.get(), X509_get_subject_name(&authority)), "set the issuer");
    add_extension(*leaf, authority, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(*leaf, authority, NID_key_usage, "critical,digitalSignature");
    add_extension(*leaf, authority, NID_ext_key_usage, "serverAuth");
    add_extension(*leaf, authority, NID_authority_key_identifier, "keyid");
    add_extension(*leaf, authority, NID_subject_alt_name, names);
    check(X509_sign(leaf.get(), m_state->key.get(), EVP_sha256()), "sign");

    TestCertificate files;
    files.certificate = m_state->directory / (name + ".pem");
    files.private_key = m_state->directory / (name + ".key");
    PemFile chain{files.certificate};
    chain.write(*leaf);
    chain.write(authority);
    PemFile{files.private_key}.write(*key);
    return files;
}

} // namespace kith::tests
