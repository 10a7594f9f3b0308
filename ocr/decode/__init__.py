"""Reading under the grammar of a field: automata, the grammars, the beam."""
