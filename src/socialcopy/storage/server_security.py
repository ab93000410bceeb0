"""What makes the embedded store's parts ask each other who they are: certificates and signing keys.

SeaweedFS is a master, volumes, a filer, an S3 door and an admin server that talk over nine ports
of the loopback address. Without this file eight of them do whatever anybody on the machine asks;
with it each one wants a certificate of this authority, and only S3 answers anybody else, who then
needs a key. Everything is made anew at each start, so nothing can expire or be left behind in use.
"""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOST = "127.0.0.1"
PARTS = ("master", "volume", "filer", "s3", "admin", "worker", "client")
HTTP_PARTS = ("master", "volume", "filer", "admin")
JWT_KEYS = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")

FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)
# A certificate lives as long as one run of the server, whatever this machine's clock says.
LAST_DAY = datetime(2100, 1, 1, tzinfo=UTC)


def security_files(folder: Path) -> dict[str, str]:
    """Write the texts of `security.toml` and of the files it names; all of them are secret."""
    key, certificate, authority = _key_pair()
    texts = {"ca.pem": authority, "part.pem": certificate, "part.key": key}
    return {**texts, "security.toml": _toml(*(json.dumps(str(folder / name)) for name in texts))}


def _toml(ca: str, cert: str, key: str) -> str:
    pair = f"cert = {cert}\nkey = {key}\n"
    sections = [f'[{name}]\nkey = "{secrets.token_hex(32)}"\n' for name in JWT_KEYS]
    sections += [f"[grpc]\nca = {ca}\n", f"[https.client]\nenabled = true\nca = {ca}\n{pair}"]
    sections += [f"[grpc.{part}]\n{pair}" for part in PARTS]
    sections += [f"[https.{part}]\nca = {ca}\n{pair}" for part in HTTP_PARTS]
    return "\n".join(sections)


def _key_pair() -> tuple[str, str, str]:
    """Make a key, a certificate for both ends of a connection, and the authority that signed it.

    The authority's own key is forgotten at once: nobody can make a second certificate.
    """
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name, name = _name("socialcopy store"), _name("a part of the socialcopy store")
    authority = (
        _unsigned(authority_name, authority_name, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate = (
        _unsigned(name, authority_name, key.public_key())
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), False)
        .add_extension(x509.ExtendedKeyUsage(usages), False)
        .sign(authority_key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return (
        secret.decode(),
        certificate.public_bytes(Encoding.PEM).decode(),
        authority.public_bytes(Encoding.PEM).decode(),
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(FIRST_DAY)
        .not_valid_after(LAST_DAY)
    )
