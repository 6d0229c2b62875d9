"""From a delivery to what people read: words, numbers, links and pictures, by the templates.

Begin with `make.py`, which gives a dispatcher its `Renderer` (`content.py`). `build.py` turns a delivery into what
templates may say, `renderer.py` fills them.
"""
