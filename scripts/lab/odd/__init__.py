"""Sources as real encoders send them, made up tag by tag: nine kinds of fault and a few more, each with mutations from a number.

`kinds.build("long_gop", 7)` gives a Case; `stage.Stage` plays it over RTMP and records what the worker publishes; `verdict.judge` compares.
"""
