package io.quipu.common.formula;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is counted and noted while one formula is compiled: the limits that keep compiling and evaluating cheap and shallow, the slots
 * of its values, and what it reads of its parameters.
 */
final class Ledger {

    private final Tokens tokens;
    private final List<SortedSet<String>> members = new ArrayList<>();
    private int nodes;
    private int depth;
    private int slots;
    private int used;

    Ledger(Tokens tokens) {
        this.tokens = tokens;
    }

    /** One level deeper, at the next token; each call is paired with one of {@link #leave}. */
    void enter() {
        depth++;
        checkDepth(depth);
    }

    void leave() {
        depth--;
    }

    /** An operand that is made of others. */
    Operand operand(Node node, Operand... parts) {
        return operand(node, 0, parts);
    }

    /** An operand that is made of others and may be one of those parameters. */
    Operand operand(Node node, int parameters, Operand... parts) {
        count();
        int highest = 0;
        for (Operand part : parts) {
            highest = Math.max(highest, part.height());
        }
        checkDepth(highest + 1);
        return new Operand(node, highest + 1, parameters);
    }

    /** A slot for one more value. */
    int slot() {
        return slots++;
    }

    int slots() {
        return slots;
    }

    /** One more parameter of the formula: its bit. */
    int parameter() {
        members.add(new TreeSet<>());
        return 1 << members.size() - 1;
    }

    void noteUse(int parameters) {
        used |= parameters;
    }

    /** The bits of the parameters that are used. */
    int used() {
        return used;
    }

    void noteMember(int parameters, String name) {
        for (int i = 0; i < members.size(); i++) {
            if ((parameters >> i & 1) == 1) {
                members.get(i).add(name);
            }
        }
    }

    /** The members that are read off each parameter. */
    List<SortedSet<String>> members() {
        return members;
    }

    private void count() {
        nodes++;
        if (nodes > Formula.MAX_NODES) {
            throw tokens.refusal(tokens.peek(), "more than " + Formula.MAX_NODES
                    + " numbers, names, operators and statements, those of a named function at each call");
        }
    }

    private void checkDepth(int levels) {
        if (levels > Formula.MAX_DEPTH) {
            throw tokens.refusal(tokens.peek(), "nested more than " + Formula.MAX_DEPTH + " deep");
        }
    }
}
