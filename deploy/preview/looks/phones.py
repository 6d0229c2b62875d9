"""Notifications of apps, as FCM delivers them.

- Android, folded: one line of each, 49 characters of body (Braze, "Message Format"; Batch says 50), title 45 (Emarsys:
  20 to 55 by the density of the screen). Unfolded with a picture (BigPictureStyle) the body stays one line, up to 90
  characters (Emarsys, "Content Limits"). The icon is the app's own: messages leave it out (`channels.mobile_push`).
- iPhone, lock screen: 4 lines of body, 178 characters, 130 beside a picture (Braze, "Push message and image formats":
  160 and 130; Batch: 180 over 4 lines); the title has one line, 15 to 30 characters (Batch). Unfolded by a long press
  all words are shown (Batch), and the picture, where the app has a service extension that loads it; a GIF moves there
  (Braze).
"""

from __future__ import annotations

from deploy.preview.looks.look import Bound, Look

PHONES = (
    Look(
        id="android-folded",
        name="Android, folded",
        system="android",
        title=Bound(45),
        body=Bound(49),
        says="The small icon is the app's own.",
    ),
    Look(
        id="android-unfolded",
        name="Android, unfolded",
        system="android",
        title=Bound(80),
        body=Bound(90),
        image=True,
        says="The picture is still, whatever it is.",
    ),
    Look(
        id="iphone-lock",
        name="iPhone, lock screen",
        system="iphone",
        title=Bound(30),
        body=Bound(130, 4),
        says="The thumbnail is the middle of the picture, if the app's extension loads it.",
    ),
    Look(
        id="iphone-unfolded",
        name="iPhone, long press",
        system="iphone",
        title=Bound(100, 3),
        body=Bound(300, 12),
        image=True,
        animates=True,
        says="All words; the picture moves, if the app's extension loads it.",
    ),
)
"""In the order in which they are shown."""
