"""Web push in browsers. Systems draw the notification, so the same message is cut in as many ways.

No system promises a number, for letters have different widths. The figures are what vendors of push measured with
ordinary text, the smaller where they differ; ours is the smaller still where the title may take a line of the body.

- Windows: title 70 characters in 2 lines, body 140 in 4, image shown in the toast and in the notification centre
  (doc.batch.com, "optimal length for every web push notification"; pushowl.com measured 70 and 141 on Windows 11).
  The centre shows a notification folded until its arrow is pressed: one line of title and two of body, no image.
  For the folded form nobody states figures; it is counted here as half a toast's.
- macOS: title 35 in one line (doc.batch.com), body 88 in Chrome and 103 in Safari (webpushnotifications.xyz). Neither
  shows `image` (MDN, Notification.image: Chrome on Windows and Android alone); Safari shows no icon of the message
  either, but that of the site.
- Android: title 30, body 65 folded (webpushnotifications.xyz); unfolded the picture, and 8 lines without one
  (Braze, "Message Format"). `badge` is a mask for the status bar. It is 96 x 96 and its colours are ignored.
- Firefox hands `title`, `body` and `icon` to the desktop, no image (doc.batch.com); title 50, body 200.

A GIF shows its first picture everywhere here: `createImageBitmap` of a notification's resource decodes one frame.
"""

from __future__ import annotations

from deploy.preview.looks.look import Bound, Look

BROWSERS = (
    Look(
        id="chrome-windows",
        name="Chrome, Edge on Windows",
        system="windows",
        title=Bound(70, 2),
        body=Bound(140, 4),
        icon=True,
        image=True,
        says="The picture is shown large and still.",
    ),
    Look(
        id="windows-centre",
        name="Windows notification centre",
        system="windows-centre",
        title=Bound(35, 1),
        body=Bound(70, 2),
        icon=True,
        says="Folded, until somebody presses the arrow; then as in the toast.",
    ),
    Look(
        id="chrome-mac",
        name="Chrome on macOS",
        system="mac",
        title=Bound(35, 1),
        body=Bound(88, 2),
        icon=True,
        says="No large picture; the icon stands small on the right.",
    ),
    Look(
        id="safari-mac",
        name="Safari on macOS",
        system="mac-safari",
        title=Bound(35, 1),
        body=Bound(103, 2),
        says="Neither picture nor icon of the message: words alone, beside the site's icon.",
    ),
    Look(
        id="chrome-android",
        name="Chrome on Android",
        system="android-web",
        title=Bound(30, 1),
        body=Bound(65, 1),
        icon=True,
        image=True,
        badge=True,
        says="Unfolded here; folded, the picture stays away. The badge in the status bar is a mask.",
    ),
    Look(
        id="firefox-linux",
        name="Firefox on Linux",
        system="linux",
        title=Bound(50, 1),
        body=Bound(200, 4),
        icon=True,
        says="The desktop draws it: no large picture.",
    ),
)
"""In the order in which they are shown."""
