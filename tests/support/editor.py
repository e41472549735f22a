"""An editor at the other end of `footprint lsp`: the client of pygls, or bytes as they are."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from tests.support.command import command_line, plain_environment


@dataclass
class Editor:
    """A session that was initialized. Lines and characters count from 0, as the protocol has them."""

    client: LanguageClient
    folder: Path
    server: lsp.InitializeResult
    diagnostics: dict[str, list[lsp.Diagnostic]] = field(default_factory=dict)
    published: asyncio.Event = field(default_factory=asyncio.Event)
    said: list[str] = field(default_factory=list)
    refreshes: int = 0
    versions: dict[str, int] = field(default_factory=dict)

    def uri(self, path: str) -> str:
        return (self.folder / path).as_uri()

    def open(self, path: str, text: str | None = None) -> None:
        """Open a file, with other text than on disk where it is given."""
        shown = text if text is not None else (self.folder / path).read_text(encoding="utf-8")
        self.versions[path] = 1
        self.client.text_document_did_open(
            lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(self.uri(path), "python", 1, shown))
        )

    def change(self, path: str, *changes: lsp.TextDocumentContentChangeEvent) -> None:
        self.versions[path] += 1
        document = lsp.VersionedTextDocumentIdentifier(self.versions[path], self.uri(path))
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, list(changes)))

    def close(self, path: str) -> None:
        self.client.text_document_did_close(lsp.DidCloseTextDocumentParams(self._document(path)))

    async def hover(self, path: str, line: int, character: int = 0) -> str | None:
        found = await self.client.text_document_hover_async(
            lsp.HoverParams(self._document(path), lsp.Position(line, character))
        )
        if found is None:
            return None
        assert isinstance(found.contents, lsp.MarkupContent)
        return found.contents.value

    async def inlays(self, path: str, first: int = 0, last: int = 10_000) -> dict[int, str]:
        """Return the labels by their lines."""
        return {each.position.line: str(each.label) for each in await self.hints(path, first, last)}

    async def hints(self, path: str, first: int = 0, last: int = 10_000) -> Sequence[lsp.InlayHint]:
        where = lsp.Range(lsp.Position(first, 0), lsp.Position(last, 0))
        found = await self.client.text_document_inlay_hint_async(lsp.InlayHintParams(self._document(path), where))
        return found or ()

    async def actions(self, path: str, line: int) -> list[lsp.CodeAction]:
        where = lsp.Range(lsp.Position(line, 0), lsp.Position(line, 0))
        params = lsp.CodeActionParams(self._document(path), where, lsp.CodeActionContext([]))
        found = await self.client.text_document_code_action_async(params)
        return [each for each in found or () if isinstance(each, lsp.CodeAction)]

    async def found(self, path: str) -> list[lsp.Diagnostic]:
        """Return what is published of a file, once everything before was handled."""
        await self.hover(path, 0)
        return self.diagnostics.get(self.uri(path), [])

    def _document(self, path: str) -> lsp.TextDocumentIdentifier:
        return lsp.TextDocumentIdentifier(self.uri(path))


def abilities(encodings: Sequence[str] = (), *, markdown: bool = True) -> lsp.ClientCapabilities:
    formats = [lsp.MarkupKind.Markdown] if markdown else [lsp.MarkupKind.PlainText]
    return lsp.ClientCapabilities(
        general=lsp.GeneralClientCapabilities(position_encodings=list(encodings)),
        text_document=lsp.TextDocumentClientCapabilities(
            hover=lsp.HoverClientCapabilities(content_format=formats),
            code_action=lsp.CodeActionClientCapabilities(
                code_action_literal_support=lsp.ClientCodeActionLiteralOptions(
                    lsp.ClientCodeActionKindOptions([lsp.CodeActionKind.QuickFix])
                )
            ),
        ),
        workspace=lsp.WorkspaceClientCapabilities(
            inlay_hint=lsp.InlayHintWorkspaceClientCapabilities(refresh_support=True),
            workspace_edit=lsp.WorkspaceEditClientCapabilities(document_changes=True),
        ),
    )


@asynccontextmanager
async def editing(
    folder: Path,
    *words: str,
    capabilities: lsp.ClientCapabilities | None = None,
    locale: str | None = None,
    options: Any = None,
) -> AsyncIterator[Editor]:
    """Give a session whose workspace is a folder; at its end the server has to leave with 0."""
    client = LanguageClient("editor", "1")
    line = command_line(["lsp", *words], sys.executable)
    await client.start_io(line[0], *line[1:], cwd=str(folder), env=plain_environment())
    params = lsp.InitializeParams(
        process_id=None,
        root_uri=folder.as_uri(),
        capabilities=capabilities or abilities(),
        locale=locale,
        initialization_options=options,
    )
    editor = Editor(client, folder, await client.initialize_async(params))

    def publish(params: lsp.PublishDiagnosticsParams) -> None:
        editor.diagnostics[params.uri] = list(params.diagnostics)
        editor.published.set()

    def log(params: lsp.LogMessageParams) -> None:
        editor.said.append(params.message)

    def refresh(*_: object) -> None:
        editor.refreshes += 1

    client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(publish)
    client.feature(lsp.WINDOW_LOG_MESSAGE)(log)
    client.feature(lsp.WORKSPACE_INLAY_HINT_REFRESH)(refresh)
    client.initialized(lsp.InitializedParams())
    yield editor
    await client.shutdown_async(None)
    client.exit(None)
    process = client._server  # pygls has no other way to it
    assert process is not None
    assert await asyncio.wait_for(process.wait(), 20) == 0


def frame(message: object) -> bytes:
    """Return a message as it goes over the wire."""
    content = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(content), content)


def request(number: int | str, method: str, params: object = None) -> bytes:
    return frame({"jsonrpc": "2.0", "id": number, "method": method, "params": params})


def notification(method: str, params: object = None) -> bytes:
    return frame({"jsonrpc": "2.0", "method": method, "params": params})


def exchange(sent: bytes, cwd: Path) -> tuple[list[dict[str, Any]], int, str]:
    """Send bytes to a server and close its input; return its messages, its exit code and its standard error."""
    done = subprocess.run(
        command_line(["lsp"]),
        input=sent,
        capture_output=True,
        cwd=cwd,
        env=plain_environment(),
        timeout=60,
        check=False,
    )
    messages, rest = [], done.stdout
    while rest:
        head, _, rest = rest.partition(b"\r\n\r\n")
        length = int(head.partition(b":")[2])
        messages.append(json.loads(rest[:length]))
        rest = rest[length:]
    return messages, done.returncode, done.stderr.decode()


def applied(text: str, edits: Sequence[lsp.TextEdit | lsp.AnnotatedTextEdit | lsp.SnippetTextEdit]) -> str:
    """Return a text after edits, as an editor that counts in UTF-16 makes them: all of the text as it was."""
    lines = text.encode("utf-16-le").split(b"\n\0")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 2)
    whole = text.encode("utf-16-le")

    def index(where: lsp.Position) -> int:
        return min(starts[min(where.line, len(lines))] + 2 * where.character, len(whole))

    for edit in sorted(edits, key=lambda each: index(each.range.start), reverse=True):
        assert isinstance(edit, lsp.TextEdit)
        whole = whole[: index(edit.range.start)] + edit.new_text.encode("utf-16-le") + whole[index(edit.range.end) :]
    return whole.decode("utf-16-le")
