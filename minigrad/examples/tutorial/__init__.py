"""The tutorial: from the first tensor to a trained, saved network, in snippets that really run.

Run it with ``python -m minigrad.examples.tutorial``; read it, if not there or on the page that it
writes, in the folder ``chapters``:

    chapters/     the text: a file a chapter, a function a snippet, in the order of reading
    book.py       what a chapter is; how a snippet is run, and what it printed caught
    terminal.py   the book on a terminal
    webpage.py    the book as one web page
    command.py    the options; chapter after chapter
"""
