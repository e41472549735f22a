"""Changes that were really tried, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    "Tried together, in a shadow of environment and project": (
        "Probado todo junto, en una copia desechable del entorno y del proyecto"
    ),
    # One change
    ", and {count} more": ", y {count} más",
    ", and {names} with it": ", y {names} con ella",
    "asked for by {place}": "pedido por {place}",
    "breaks: {what}: {reason}": "falla: {what}: {reason}",
    "likely: {what}: it works by {judges}; only a command or a request that calls its functions would prove it": (
        "probable: {what}: funciona con {judges}; solo lo demostraría un comando o una petición que llame a sus "
        "funciones"
    ),
    "no gain: {what}: it works, and saves less than half a MiB": (
        "sin ganancia: {what}: funciona, y ahorra menos de medio MiB"
    ),
    "not tried: {what}: {reason}": "sin probar: {what}: {reason}",
    "proved by {judges}: {what}": "comprobado con {judges}: {what}",
    "with the import of {name} moved": "con la importación de {name} movida",
    "with {name} set": "con {name} definida",
    "with {name} without its extra {extra}, with which {names} leave": (
        "con {name} sin su extra {extra}, con el que se van {names}"
    ),
    "without {names} in production": "sin {names} en producción",
    "without {name}": "sin {name}",
    # By what it was judged
    "a lazy import": "una importación diferida",
    "a lazy import of {entry}": "una importación diferida de {entry}",
    "a request": "una petición",
    "a request to {entry}": "una petición a {entry}",
    "its lazy imports": "sus importaciones diferidas",
    "its start": "su arranque",
    "its start command": "su comando de arranque",
    "requests": "peticiones",
    "the command": "el comando",
    "the start": "el arranque",
    "the start command": "el comando de arranque",
    "the start command of {entry}": "el comando de arranque de {entry}",
    "the start of {entry}": "el arranque de {entry}",
    # All together
    ", and {names} with them": ", y {names} con ellas",
    "After all {count}{shared}: {figures}, measured": "Con los {count}{shared}: {figures}, medido",
    "After it{shared}: {figures}, measured": "Después{shared}: {figures}, medido",
    "After the one that holds{shared}: {figures}, measured": "Con el único que funciona{shared}: {figures}, medido",
    "After the {count} that hold{shared}: {figures}, measured": (
        "Con los {count} que funcionan{shared}: {figures}, medido"
    ),
    "Tried in a shadow: {what} proved by {judges}": "Probado en una copia desechable: {what} con {judges}",
    "all {total} changes are": "comprobados los {total} cambios",
    "all {total} removals are": "comprobadas las {total} eliminaciones",
    "nothing was started": "no se inició nada",
    "peak {before} -> {after}": "máximo {before} -> {after}",
    "startup {before} -> {after} MiB": "arranque {before} -> {after} MiB",
    "the change is": "comprobado el cambio",
    "the removal is": "comprobada la eliminación",
    "{count} of {total} changes are": "comprobados {count} de {total} cambios",
    "{count} of {total} removals are": "comprobadas {count} de {total} eliminaciones",
    "{size} less on disk": "{size} menos en disco",
    # How it was tried
    "In the shadow, thrown away: it {deeds}": "En la copia, que se desechó: {deeds}",
    "Tried in a shadow of links and copies": "Probado en una copia desechable de enlaces y archivos copiados",
    "`{command}` ended in two ways in two unchanged runs, so it judges nothing": (
        "`{command}` terminó de dos formas en dos ejecuciones sin cambios, así que no juzga nada"
    ),
    "a test ended in two ways unchanged and are left out: {names}": (
        "una prueba terminó de dos formas sin cambios y queda fuera: {names}"
    ),
    "{count} tests ended in two ways unchanged and are left out: {names}": (
        "{count} pruebas terminaron de dos formas sin cambios y quedan fuera: {names}"
    ),
}
NOUNS: Mapping[str, tuple[str, str]] = {}
