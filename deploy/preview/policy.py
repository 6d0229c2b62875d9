"""What the preview's answers may do, as Content Security Policy 3."""

from __future__ import annotations

PAGE = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
    # A card shows the picture that portal.image_url names.
    "img-src 'self' http: https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
"""Of an email's frame: no script ever runs in it. Same origin lets the page read how high it is; links open beside."""
MAIL = (
    f"sandbox {SANDBOX}; default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; "
    "form-action 'none'; frame-ancestors 'self'"
)
"""As mail programs have it: its styles and its pictures, nothing else."""
