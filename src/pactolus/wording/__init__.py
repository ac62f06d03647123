"""Every sentence, name and number format, in each language.

A report holds phrase keys, figures and vocabulary ids; here they become text. The YAML files beside
this one are edited by people, one file a room and a language; `hatch_build.py` compiles them to
``compiled/<lang>.json``.
"""
