"""What the provider of the tests says of people."""

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator


class Claims(OAuth2Validator):  # type: ignore[misc]
    """Name, address, and whether the address was checked."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        user = request.user
        verified = user.last_name == "verified"
        return {"name": user.first_name, "email": user.email, "email_verified": verified}
