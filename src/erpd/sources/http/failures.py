"""Network failures -> SourceErrors: PassingError if another try may help."""

import ssl

import httpcore2
import httpx2

from erpd.sources.errors import PassingError, Reason, SourceError
from erpd.sources.http.guard import ForbiddenAddressError

FAILURES = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpx2.DecodingError,
    ForbiddenAddressError,
)


def failure(error: Exception, url: str, late: float | None) -> SourceError:
    """Return the error for one of FAILURES. ``late`` is the time limit of the answer, if it is over."""
    if isinstance(error, ForbiddenAddressError):
        return SourceError(
            Reason.FORBIDDEN_ADDRESS,
            f"The host has a non-public address: {error}",
            "Use a public address. If this one is in your own network: add "
            f'`allow_networks = ["{error.network}"]` to node.toml (`owner_networks` for the '
            "portal of a data owner), or give --allow-network to `erpd check`, `erpd convert` or "
            "`erpd doors check`.",
            url=url,
        )
    if isinstance(error, httpx2.DecodingError):
        return SourceError(
            Reason.ENCODING,
            f"The compressed response cannot be unpacked: {error}",
            "Ask the source's operator to fix the Content-Encoding of the response.",
            url=url,
        )
    if late is not None:
        return SourceError(
            Reason.TIMEOUT,
            f"The response was not complete after {late:g} seconds",
            "Request smaller pages, or raise the time limit of the source.",
            url=url,
        )
    if isinstance(error, httpcore2.TimeoutException):
        return PassingError(
            Reason.TIMEOUT,
            "The server did not answer in time",
            "Try again later, or contact its operator.",
            url=url,
        )
    if isinstance(error, httpcore2.RemoteProtocolError) and "complete message body" in str(error):
        return PassingError(
            Reason.CUT,
            "The connection closed in the middle of the response",
            "Try again later. If it keeps happening, contact the source's operator.",
            url=url,
        )
    certificate = _certificate_error(error)
    if certificate is not None:
        return SourceError(
            Reason.CERTIFICATE,
            f"The certificate of the server is not valid: {certificate.verify_message}",
            "Ask the source's operator to install a valid certificate.",
            url=url,
        )
    return PassingError(
        Reason.UNREACHABLE,
        f"The server cannot be reached: {str(error) or type(error).__name__}",
        "Check the URL, and that the server is running.",
        url=url,
    )


def status_error(status: int, url: str) -> SourceError:
    """Return the error for an HTTP status other than 200."""
    if status in (401, 403, 407):
        rule, advice = (
            Reason.UNAUTHORISED,
            "Enter the user name and password, or the key, that the source requires.",
        )
    elif status in (404, 410):
        rule, advice = Reason.NOT_FOUND, "Check the URL: nothing was found there."
    elif status == 429 or status >= 500:
        rule, advice = (
            Reason.SERVER_ERROR,
            "Try again later. If it keeps happening, contact the source's operator.",
        )
    else:
        rule, advice = Reason.PROTOCOL_ERROR, "Check the URL and its parameters."
    phrase = httpx2.codes.get_reason_phrase(status)
    return SourceError(rule, f"The server answered {status} {phrase}".rstrip(), advice, url=url)


def scheme_error(scheme: str, url: str) -> SourceError:
    """Return the error for a scheme other than http and https. The guidelines have a rule for FTP."""
    if scheme in ("ftp", "ftps", "sftp"):
        return SourceError(
            Reason.FTP,
            "FTP is not supported for harvesting",
            "Publish the same file over HTTPS and enter that URL.",
            section="G3.3.3",
            url=url,
        )
    return SourceError(
        Reason.FORBIDDEN_SCHEME,
        f"URLs of the type {scheme or 'without scheme'!r} are not supported",
        "Enter a URL that starts with https:// or http://.",
        url=url,
    )


def address_error(url: str, reason: str) -> SourceError:
    if "@" in url:  # the reason may quote a part of the password
        reason = "check how its user name and password are written (RFC 3986, 3.2.1)"
    return SourceError(Reason.BAD_ADDRESS, f"This is not a valid URL: {reason}", "Correct the URL.", url=url)


def _certificate_error(error: BaseException) -> ssl.SSLCertVerificationError | None:
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, ssl.SSLCertVerificationError):
        seen = seen.__cause__ or seen.__context__
    return seen
