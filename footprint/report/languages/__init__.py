"""The sentences of reports in other languages.

Laws: English is written where a fact is told, in the message itself; a catalogue holds what stands for it in another
language, in the same order of facts. Codes, keys, paths, names and the JSON stay English. What has no translation is
told in English: nothing is ever left out for want of one.
"""
