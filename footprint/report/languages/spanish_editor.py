"""What the editor shows, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    # Beside a line
    "stale: this file changed since": "desactualizado: este archivo ha cambiado desde entonces",
    "measured just now": "medido ahora mismo",
    "measured {time} ago": "medido hace {time}",
    "in memory since the start": "ya en memoria desde el arranque",
    "it failed when it was run": "falló al ejecutarlo",
    "{memory} MiB RSS at first use": "{memory} MiB de RSS en el primer uso",
    "not measured: new since the audit": "sin medir: no estaba en la auditoría",
    # When somebody points at it
    "cannot tell": "no se puede saber",
    "kept by {names}": "retenida por {names}",
    "kept by nothing else": "nada más la retiene",
    "not weighed: there is no environment": "sin pesar: no hay entorno",
    "it never runs here": "aquí nunca se ejecuta",
    "memory not measured: this import is new since the audit, or was moved": "memoria sin medir: este import es "
    "posterior a la auditoría, o se ha movido",
    "memory not measured: no start was": "memoria sin medir: no se midió ningún arranque",
    "memory not measured: no start that was measured ran it": "memoria sin medir: ningún arranque medido lo ejecutó",
    "memory not measured: it was not run": "memoria sin medir: no se ejecutó",
    "With all it requires {closure}; removing it frees {freed}": "Con todo lo que requiere ocupa {closure}; quitarla "
    "libera {freed}",
    "If no line of the project imported it the start would take {memory} MiB less": "Si ninguna línea del proyecto la "
    "importara, el arranque ocuparía {memory} MiB menos",
    "Loaded all the same by {names}": "Se carga igualmente por {names}",
    "Each alone, so they overlap: {parts}": "Cada uno por separado, así que se solapan: {parts}",
    "When it was run: {message}": "Al ejecutarlo: {message}",
    "The start of {entry} failed: more may have followed": "El arranque de {entry} falló: puede haber más detrás",
    "It brings {names}": "Arrastra {names}",
    "The same import was run at {place}": "El mismo import se ejecutó en {place}",
    # What to do
    "Not offered as an edit: {reason}": "No se ofrece como edición: {reason}",
    "saves {memory} MiB RSS, measured": "ahorra {memory} MiB de RSS, medido",
    "saves {memory} MiB RSS, predicted": "ahorra {memory} MiB de RSS, previsto",
    "frees {size} on disk": "libera {size} en disco",
    "not tried": "sin probar",
    "tried: it holds": "probado: funciona",
    "tried: nothing broke, which is no proof yet": "probado: no se rompió nada, lo que aún no es una prueba",
    "tried: it saves nothing": "probado: no ahorra nada",
    "tried: it breaks something": "probado: rompe algo",
    "{name} is not found where the audit saw it ({place})": "{name} no está donde lo vio la auditoría ({place})",
    "the project is too large to be looked through here; `footprint defer` does it": "el proyecto es demasiado grande "
    "para recorrerlo aquí; `footprint defer` lo hace",
    "{path} is not a file that can be edited here": "{path} no es un archivo que se pueda editar aquí",
}
NOUNS: Mapping[str, tuple[str, str]] = {
    "minute": ("minuto", "minutos"),
    "hour": ("hora", "horas"),
    "day": ("día", "días"),
}
