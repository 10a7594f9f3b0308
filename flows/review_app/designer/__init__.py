"""Form definitions drawn with the mouse."""
