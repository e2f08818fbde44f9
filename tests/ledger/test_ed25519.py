"""The verifier's own Ed25519 against RFC 8032 and the cryptography library."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from touchstone.ledger.signatures import verify_signature
from touchstone.ledger.verifier import _L, _P, ed25519

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_vectors_of_rfc_8032(key, message, signature):
    assert ed25519(*map(bytes.fromhex, (key, message, signature)))


@settings(max_examples=25, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200), at=st.integers(0, 511))
def test_it_agrees_with_the_library_on_true_and_changed_signatures(seed, message, at):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key, signature = private.public_key().public_bytes_raw(), private.sign(message)
    changed = bytearray(signature)
    changed[at // 8] ^= 1 << at % 8
    assert ed25519(key, message, signature)
    assert not ed25519(key, message + b"x", signature)
    assert not ed25519(key, message, bytes(changed))
    assert not verify_signature(key, message, bytes(changed))


def test_a_signature_with_a_second_form_of_its_scalar_is_refused():
    key, message, signature = (bytes.fromhex(part) for part in VECTORS[1])
    scalar = int.from_bytes(signature[32:], "little") + _L
    assert not ed25519(key, message, signature[:32] + scalar.to_bytes(32, "little"))


@pytest.mark.parametrize(
    "key", [b"", b"\x00" * 31, (_P + 1).to_bytes(32, "little"), b"\x02" + b"\x00" * 31, b"\xff" * 32]
)
def test_what_is_no_point_is_no_key(key):
    assert not ed25519(key, b"", b"\x00" * 64)


def test_a_signature_of_another_length_is_refused():
    key, message, signature = (bytes.fromhex(part) for part in VECTORS[0])
    assert not ed25519(key, message, signature + b"\x00")
    assert not ed25519(key, message, signature[:-1])
