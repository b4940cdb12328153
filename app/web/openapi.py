"""What OpenAPI says of every operation: tokens, and the refusals that any may meet."""

from typing import Any

from fastapi import FastAPI

from app.web.problems import RESPONSES

ACCESS = "access token"
DELETION = "deletion token"
_SCHEMES = {
    ACCESS: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "bsc_...",
        "description": "Made by 'bootscope tokens create'. By default nothing needs one; the"
        " setting BOOTSCOPE_ACCESS says what does. Scopes: upload for every POST, read for GET,"
        " delete, admin.",
    },
    DELETION: {
        "type": "http",
        "scheme": "bearer",
        "description": "The deletion_token that the answer to an upload gave.",
    },
}
_WITH_BODY = {"400": "NotRead"}
_ANY = {"401": "TokenNeeded", "403": "NotAllowed", "429": "QuotaExceeded"}


class Described(FastAPI):
    """An application whose document names tokens and common refusals."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is not None:
            return self.openapi_schema
        document = super().openapi()
        shared = document.setdefault("components", {})
        shared["securitySchemes"] = _SCHEMES
        shared["responses"] = {
            name: RESPONSES[int(status)] for status, name in (_ANY | _WITH_BODY).items()
        }
        document["security"] = [{}, {ACCESS: []}]
        for path in document["paths"].values():
            for operation in path.values():
                unread = _WITH_BODY if "requestBody" in operation else {}
                for status, name in (_ANY | unread).items():
                    known = {"$ref": f"#/components/responses/{name}"}
                    operation["responses"].setdefault(status, known)
        return document
