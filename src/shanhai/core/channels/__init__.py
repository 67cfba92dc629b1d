"""How notices leave the house: planned where they are told, sent by the tick, each once.

``planning`` says what goes out and when, ``messages`` how it reads, ``robots`` how a group chat takes it, ``posting`` and
``mail`` carry it over the network, ``sending`` claims, sends and notes how it went.
"""
