"""What two audits differ in, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    "After": "Después",
    "Asked for at": "Pedido en",
    "Before": "Antes",
    "Before and after": "Antes y después",
    "By way of": "A través de",
    "Change": "Cambio",
    "Compared with {before}": "En comparación con {before}",
    "Declared at": "Declarado en",
    "Disk MiB": "Disco MiB",
    "Distribution": "Distribución",
    "Distributions": "Distribuciones",
    "Entered the start of {entry}": "Entran en el arranque de {entry}",
    "Entries only after": "Entradas que solo hay después",
    "Entries only after: {names}": "Entradas que solo hay después: {names}",
    "Entries only before": "Entradas que solo había antes",
    "Entries only before: {names}": "Entradas que solo había antes: {names}",
    "Environment": "Entorno",
    "Figure": "Cifra",
    "Findings that are gone": "Hallazgos que desaparecen",
    "Findings that are new": "Hallazgos nuevos",
    "Left the start of {entry}": "Salen del arranque de {entry}",
    "RSS": "RSS",
    "RSS MiB": "RSS MiB",
    "Since {before}: {changes}": "Desde {before}: {changes}",
    "Start of {entry}": "Arranque de {entry}",
    "The RSS of a start repeats within {size} MiB: a smaller change says nothing.": "El RSS de un arranque se repite "
    "con un margen de {size} MiB: un cambio menor no dice nada.",
    "The start of {entry} loaded before, and does not now: {names}": "El arranque de {entry} cargaba antes y ya no "
    "carga: {names}",
    "The start of {entry} loads now, and did not before: {names}": "El arranque de {entry} carga ahora y antes no "
    "cargaba: {names}",
    "Use": "Uso",
    "Version": "Versión",
    "after its calls": "tras sus llamadas",
    "after its lazy imports": "tras sus importaciones diferidas",
    "also differs: {what}": "también cambia: {what}",
    "and {count} more: {size} MiB on disk (--top 0 shows all)": "y {count} más: {size} MiB en disco (--top 0 muestra "
    "todo)",
    "anon": "anon",
    "disk, outside site-packages": "disco, fuera de site-packages",
    "disk, site-packages without bytecode": "disco, site-packages sin bytecode",
    "distributions": "distribuciones",
    "gone: {what}": "ya no está: {what}",
    "import": "importación",
    "modules": "módulos",
    "new: {what}": "nuevo: {what}",
    "not compared: {reason}": "no se compara: {reason}",
    "not installed": "no instalado",
    "peak": "pico",
    "ready": "listo",
    "{count} more": "{count} más",
    "{new} new, {gone} gone; {entered} entered the start, {left} left it": "{new} más, {gone} menos; {entered} entran "
    "en el arranque, {left} salen de él",
}
NOUNS: Mapping[str, tuple[str, str]] = {"distribution": ("distribución", "distribuciones")}
