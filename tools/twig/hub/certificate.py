"""The certificate with which page and API are served by HTTPS."""

import ssl
from pathlib import Path

from cryptography import x509

from twig.hub.errors import BadCertificate
from twig.hub.settings import HubSettings


def context_of(settings: HubSettings) -> ssl.SSLContext | None:
    """What the web server needs for HTTPS; None without a certificate. BadCertificate."""
    cert, key = settings.https_cert, settings.https_key
    if cert is None or key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # An empty password: a key that needs one is an error; at a start nobody may be there to be asked.
        context.load_cert_chain(cert, key, password=lambda: b"")
    except (OSError, ValueError) as error:
        raise BadCertificate(
            f"HTTPS cannot use {cert} with {key} ({_reason(error)}); "
            "both are PEM files, and the key has no password."
        ) from None
    return context


def own_names(settings: HubSettings) -> set[str]:
    """Names under which the hub may be asked: the address it was told to listen at, and its certificate's."""
    return {settings.http_host, *(_names(settings.https_cert) if settings.https_cert else ())}


def _names(path: Path) -> set[str]:
    certificate = x509.load_pem_x509_certificates(path.read_bytes())[0]
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    addresses = map(str, found.get_values_for_type(x509.IPAddress))
    return {*found.get_values_for_type(x509.DNSName), *addresses}


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "not understood").replace("_", " ").lower()
    return getattr(error, "strerror", None) or str(error)
