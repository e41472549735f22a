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
PATTERNS: Mapping[str, str] = {
    # Why the starts of an entry are not compared
    "before: {clause}": "antes: {clause}",
    "after: {clause}": "después: {clause}",
    # What differs besides the project
    "Python: {one} before, {other} after": "Python: {one} antes, {other} después",
    "platform: {one} before, {other} after": "plataforma: {one} antes, {other} después",
    "project: {one} before, {other} after": "proyecto: {one} antes, {other} después",
    "footprint: {one} before, {other} after": "footprint: {one} antes, {other} después",
    "kind of environment: {one} before, {other} after": "tipo de entorno: {one} antes, {other} después",
    "limit of the host: {one} before, {other} after": "límite de la máquina: {one} antes, {other} después",
    "measured on different machines, RSS and time may differ: {clause}": "medido en máquinas distintas, el RSS y el "
    "tiempo pueden variar: {clause}",
    "system {one} before, {other} after": "sistema {one} antes, {other} después",
    "kernel {one} before, {other} after": "kernel {one} antes, {other} después",
    "architecture {one} before, {other} after": "arquitectura {one} antes, {other} después",
    "processor {one} before, {other} after": "procesador {one} antes, {other} después",
    "processors {one} before, {other} after": "procesadores {one} antes, {other} después",
    "memory {one} before, {other} after": "memoria {one} antes, {other} después",
    "C library {one} before, {other} after": "biblioteca de C {one} antes, {other} después",
    "container {one} before, {other} after": "contenedor {one} antes, {other} después",
    "memory of the control group {one} before, {other} after": "memoria del grupo de control {one} antes, {other} "
    "después",
}
NOUNS: Mapping[str, tuple[str, str]] = {"distribution": ("distribución", "distribuciones")}
