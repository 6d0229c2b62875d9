"""Finds the mistakes in own templates: in their source, in what they lack, and in what comes out of them."""
