"""A folder with a milestones file, templates and contacts, and the preview of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from deploy.preview.app import Preview, application
from deploy.preview.performance import Performance
from deploy.preview.scene import Scene
from deploy.preview.server import listen
from deploy.preview.settings import preview_settings
from deploy.preview.state import State
from deploy.preview.workspace import Sources, Workspace
from stream.runtime.settings import Settings

NOW = 1_795_185_667_120
KEY = "k" * 32
ROOT = "http://127.0.0.1:8025"
FILE = """\
version: 1
product: {name: Acme Boards, url: "https://app.acme.com"}
holdout: 5%
metrics:
  documents: {sum: value, from: documents_processed}
  revenue: {sum: amount, from: paid, unit: USD}
  day_streak: {streak: days, from: session}
milestones:
  - id: documents
    when: {documents: [10, 100]}
    nudge: {near: 90%, stuck_for: 5 days}
    call_to_action: {text: Automate the next one, url: /automations}
  - id: documents-1000
    when: {documents: 1000}
    tier: major
    means: That is about 80 hours of copying that you did not do.
    audience: {plan: [team, business]}
    reward: free_month
    ask: review
    call_to_action: {text: See your year, url: /insights}
  - id: club
    when: {documents: every 5000}
    tier: major
    means: You are still going.
    call_to_action: {text: Share a tip, url: /tips}
  - id: revenue
    when: {revenue: [1000]}
    tier: major
    means: Your work pays.
    call_to_action: {text: Plan, url: /goals}
  - id: week
    when: {day_streak: 7}
  - id: yearly
    when: {signed_up: every 1 year}
    tier: major
    means: A year together.
    call_to_action: {text: See it, url: /year}
  - id: both
    when: {all_of: [week, documents-10]}
"""


@dataclass(frozen=True)
class Installation:
    folder: Path

    @property
    def milestones(self) -> Path:
        return self.folder / "milestones.yaml"

    @property
    def sources(self) -> Sources:
        return Sources(
            milestones=self.milestones, templates=self.folder / "templates", contacts=self.folder / "contacts"
        )

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def settings(self, **sections: dict[str, object]) -> Settings:
        own = Settings()
        changed = {name: getattr(own, name).model_copy(update=update) for name, update in sections.items()}
        templates = own.templates.model_copy(update={"folder": self.sources.templates})
        return own.model_copy(update={"templates": templates, **changed})

    def workspace(self, root: str = ROOT, settings: Settings | None = None) -> Workspace:
        return Workspace(preview_settings(settings or self.settings(), root, KEY), self.sources)

    def preview(self, root: str = ROOT) -> Preview:
        return Preview(self.workspace(root), self.settings(), lambda: NOW)

    def scene(self) -> Scene:
        scene = self.workspace().view.scene
        assert scene is not None
        return scene

    def performance(self, **state: object) -> Performance:
        values: dict[str, object] = {"milestone": "documents-1000", "contact": "ada"} | state
        return Performance(self.scene(), State(**values), NOW)  # type: ignore[arg-type]


def installation(folder: Path) -> Installation:
    made = Installation(folder)
    made.write("milestones.yaml", FILE)
    made.write("templates/README.md", "Own words.\n")
    return made


@contextmanager
def served(made: Installation) -> Iterator[str]:
    """The preview on a port of its own, in a thread; the address without a slash at its end."""
    opened = listen(0)
    root = f"http://127.0.0.1:{opened.getsockname()[1]}"
    preview = made.preview(root)
    config = uvicorn.Config(application(preview), lifespan="on", log_config=None, access_log=False, ws="none")
    server = uvicorn.Server(config)
    preview.news.follow(lambda: server.should_exit)
    thread = threading.Thread(target=server.run, args=([opened],))
    thread.start()
    try:
        yield root
    finally:
        server.should_exit = True
        thread.join()
        opened.close()
