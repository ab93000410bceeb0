"""Where the chosen model answers: at LLM_BASE_URL, at a server of somebody's, or at our own."""

from __future__ import annotations

import threading
from pathlib import Path

from socialcopy.copywriting.errors import ModelWriterError
from socialcopy.copywriting.writers.chat import Endpoint
from socialcopy.local_files import LocalFileError
from socialcopy.local_models.choice import Choice, chosen
from socialcopy.local_models.errors import LocalModelError
from socialcopy.local_models.server import ModelServer
from socialcopy.settings import ModelSettings


class Endpoints:
    """Knows where the model answers; its server runs from the first question until `close`."""

    def __init__(self, settings: ModelSettings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._server: ModelServer | None = None

    def endpoint(self) -> Endpoint | None:
        """Give the place, starting a server where one is needed; none means no model is chosen.

        A choice that was made meanwhile counts. Raises LocalModelError or CorruptFileError.
        """
        settings = self.settings
        if settings.base_url is not None:
            return Endpoint(
                base_url=str(settings.base_url),
                model=settings.model,
                name=settings.model,
                api_key=settings.api_key,
            )
        choice = chosen(settings.folder)
        if choice is None:
            self.close()
            return None
        found = _elsewhere(choice) if choice.base_url else self._server_of(choice).endpoint()
        return found.model_copy(update={"seconds_per_post": choice.seconds_per_post})

    def for_writing(self) -> Endpoint | None:
        """Give the place as a writer wants it, which goes on without. Raises ModelWriterError."""
        try:
            return self.endpoint()
        except (LocalModelError, LocalFileError) as error:
            raise ModelWriterError(str(error)) from error

    def told(self, posts: int) -> str:
        """Say who is about to write so many posts, and how long that takes; empty without a model.

        Starts nothing. Raises CorruptFileError.
        """
        choice = None if self.settings.base_url else chosen(self.settings.folder)
        name = choice.name if choice else self.settings.model
        seconds = posts * choice.seconds_per_post if choice else 0.0
        time_told = f", which takes about {seconds:.0f} s" if seconds else ""
        return f"with {name}{time_told}" if name else ""

    def close(self) -> None:
        """End the server, if one runs."""
        with self._lock:
            server, self._server = self._server, None
        if server is not None:
            server.stop()

    @property
    def server(self) -> ModelServer | None:
        """The server that was started here, if one was."""
        return self._server

    def _server_of(self, choice: Choice) -> ModelServer:
        with self._lock:
            if self._server is not None and self._server.path != Path(choice.path):
                self._server.stop()
                self._server = None
            if self._server is None:
                self._server = ModelServer(
                    choice.name,
                    Path(choice.path),
                    log_folder=self.settings.folder,
                    threads=self.settings.threads,
                )
            return self._server


def _elsewhere(choice: Choice) -> Endpoint:
    return Endpoint(base_url=choice.base_url, model=choice.model, name=choice.name)
