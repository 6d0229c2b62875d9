"""How large the parts of a notification may be, so that no message is ever too big for its provider.

A web push message has at most 4,096 bytes of body (RFC 8030 section 7.2), of which aes128gcm leaves 3,993 for the
text: 86 bytes of header (RFC 8188 section 2.1: 16 + 4 + 1 + 65), 16 of tag, 1 of padding. FCM takes 4,096 bytes in all.
As JSON in UTF-8, where a character takes 4 bytes at most (control characters, which would take 6, are refused):

    title, body              4 x (100 + 300)            1,600
    url                                                 1,024
    icon, badge, image       3 x 256                      768
    tag, language, names                                  200
                                                        3,592
"""

TITLE = 100
"""Characters."""
BODY = 300
"""Characters."""
URL_BYTES = 1_024
PICTURE_BYTES = 256
NAME, MEANING = 100, 500
"""Characters of a product's name and of other texts: more only comes from who writes to the topic by hand."""
