"""Making the file that a queued message promises: whoever sends it asks here, outside any transaction."""

from collections.abc import Callable, Mapping

from bot.domain.errors import BackbeatError, ExternalFailure, InvalidInput
from bot.domain.files import LARGEST, Made
from bot.domain.messages import FilePost
from bot.domain.workspaces import WorkspaceId
from bot.usecases.services import Services

Maker = Callable[[Services, WorkspaceId, FilePost], Made]
Makers = Mapping[str, Maker]  # by the `kind` of a file's source


def make(services: Services, makers: Makers, workspace: WorkspaceId, file: FilePost) -> Made:
    """The file's bytes. May ask Slack and the database.

    Raises ExternalFailure: one that is permanent carries words for whoever waits for the file.
    """
    try:
        made = makers[file.source.kind](services, workspace, file)
        if not made.content:
            raise InvalidInput("There is nothing to put into it.")
        if len(made.content) > LARGEST:
            raise InvalidInput(f"It would be larger than {LARGEST // 1_000_000} MB.")
    except ExternalFailure:
        raise
    except BackbeatError as error:
        raise ExternalFailure(error.words, permanent=True, code="not_made") from error
    return made
