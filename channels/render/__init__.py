"""From a delivery to what people read: words, numbers, links and pictures, by the templates."""
