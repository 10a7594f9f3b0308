"""How paper is read. No Prefect, no tax rule; could be lifted out whole."""
