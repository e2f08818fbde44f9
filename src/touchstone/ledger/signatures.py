"""Ed25519 by the cryptography library; verifier.ed25519 says the same without it. Knows no Django."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def verify_signature(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """True if the 64-byte signature of the message is by the 32-byte public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
