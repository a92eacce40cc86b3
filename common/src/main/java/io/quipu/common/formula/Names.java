package io.quipu.common.formula;

import java.util.Set;

/** Reads the names that a source text gives to values. */
final class Names {

    private final Tokens tokens;

    Names(Tokens tokens) {
        this.tokens = tokens;
    }

    /**
     * A name that is not visible yet: if one could hide another, what JavaScript means by the other one before its declaration would
     * be another thing than what it says here.
     */
    String newName(Scope scope) {
        Token token = tokens.take();
        checkName(token, Scope.meaning(scope, token.text()) != null);
        return token.text();
    }

    /** A name that is not among these, to which it comes. */
    String uniqueName(Set<String> names) {
        Token token = tokens.take();
        checkName(token, !names.add(token.text()));
        return token.text();
    }

    /** Refuses a token that cannot be a name here. */
    void checkName(Token token, boolean taken) {
        if (token.kind() != Token.Kind.WORD) {
            throw tokens.unexpected(token);
        }
        if (Words.reserved(token.text())) {
            throw tokens.refusal(token, token.text() + " cannot be a name");
        }
        if (taken) {
            throw tokens.refusal(token, token.text() + " has a meaning here already; take another name");
        }
    }
}
