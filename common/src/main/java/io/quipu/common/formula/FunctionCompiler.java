package io.quipu.common.formula;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compiles functions and their statements; {@link OperandCompiler} what stands in these. For one source text. */
final class FunctionCompiler {

    private static final Node EMPTY = locals -> null;

    private final Tokens tokens;
    private final Ledger ledger;
    private final OperandCompiler operands;
    /** Of which parameters the values may be that the function at hand returns. */
    private int returned;

    FunctionCompiler(Tokens tokens) {
        this.tokens = tokens;
        this.ledger = new Ledger(tokens);
        this.operands = new OperandCompiler(tokens, ledger, this);
    }

    /** The formula that all tokens are. */
    Formula formula(String source) {
        int parentheses = 0;
        while (tokens.peek().is("(") && !tokens.atFunction()) {
            tokens.take();
            parentheses++;
        }
        if (!tokens.atFunction()) {
            throw tokens.refusal(tokens.peek(), "a formula is one function, such as (m) => m.storage: "
                    + Words.unexpected(tokens.peek()));
        }
        Token first = tokens.peek();
        Signature signature = signature(null, null);
        if (signature.slots().size() > Formula.MAX_PARAMETERS) {
            throw tokens.refusal(first, "more than " + Formula.MAX_PARAMETERS + " parameters");
        }
        Operand body = body(signature);
        for (; parentheses > 0; parentheses--) {
            tokens.expect(")");
        }
        if (tokens.peek().kind() != Token.Kind.END) {
            throw tokens.refusal(tokens.peek(), "a formula is one function, but here follows something else: "
                    + Words.unexpected(tokens.peek()));
        }
        return new Formula(source, body.node(), ledger.slots(), signature.slots(), ledger.used(), ledger.members());
    }

    /** The call of a named function, compiled from its tokens for these arguments. */
    Operand call(Scope.Helper helper, List<Operand> arguments, Token caller) {
        int back = tokens.position();
        tokens.goTo(helper.position());
        Signature signature = signature(helper.visible(), arguments);
        if (arguments.size() > signature.slots().size()) {
            throw tokens.refusal(caller, caller.text() + " has " + signature.slots().size() + " parameters, not "
                    + arguments.size());
        }
        Operand body = body(signature);
        tokens.goTo(back);
        Node[] given = arguments.stream().map(Operand::node).toArray(Node[]::new);
        int[] slots = signature.slots().stream().mapToInt(Integer::intValue).toArray();
        Node result = body.node();
        List<Operand> parts = new ArrayList<>(arguments);
        parts.add(body);
        return ledger.operand(locals -> {
            for (int i = 0; i < slots.length; i++) {
                locals[slots[i]] = i < given.length ? given[i].value(locals) : Absent.UNDEFINED;
            }
            return result.value(locals);
        }, body.parameters(), parts.toArray(Operand[]::new));
    }

    /**
     * What stands before the body of a function.
     *
     * @param scope the names that its body sees
     * @param slots where its parameters are
     * @param unpacking takes members out of parameters
     */
    private record Signature(Scope scope, List<Integer> slots, List<Operand> unpacking) {
    }

    /** Those parameters that are given have an argument each; without a list of arguments they are the formula's own. */
    private Signature signature(Scope visible, List<Operand> arguments) {
        Signature signature = new Signature(visible, new ArrayList<>(), new ArrayList<>());
        Set<String> names = new HashSet<>();
        boolean arrow = !tokens.take("function");
        if (!arrow && tokens.peek().kind() == Token.Kind.WORD) {
            // not visible in its body, so it cannot call itself
            newName(null);
        }
        if (arrow && tokens.peek().kind() == Token.Kind.WORD) {
            signature = parameter(signature, names, arguments);
        } else {
            tokens.expect("(");
            if (!tokens.peek().is(")")) {
                do {
                    signature = parameter(signature, names, arguments);
                } while (tokens.take(","));
            }
            tokens.expect(")");
        }
        if (arrow) {
            Token sign = tokens.peek();
            if (sign.beginsLine()) {
                throw tokens.refusal(sign, "=> must stand on the line of the parameters");
            }
            tokens.expect("=>");
        } else if (!tokens.peek().is("{")) {
            throw tokens.unexpected(tokens.peek());
        }
        return signature;
    }

    private Signature parameter(Signature before, Set<String> names, List<Operand> arguments) {
        int index = before.slots().size();
        int parameters = arguments == null ? ledger.parameter()
                : index < arguments.size() ? arguments.get(index).parameters() : 0;
        int slot = ledger.slot();
        before.slots().add(slot);
        Scope scope = before.scope();
        if (tokens.peek().is("{")) {
            ledger.noteUse(parameters);
            Operand object = ledger.operand(locals -> locals[slot], parameters);
            scope = unpack(scope, object, names, before.unpacking());
        } else {
            scope = new Scope(scope, uniqueName(names), new Scope.Local(slot, parameters));
        }
        return new Signature(scope, before.slots(), before.unpacking());
    }

    /** Reads {a, b: c} and gives the members of an object these names. */
    private Scope unpack(Scope before, Operand object, Set<String> names, List<Operand> unpacking) {
        Scope scope = before;
        tokens.expect("{");
        do {
            Token member = tokens.peek();
            if (member.kind() != Token.Kind.WORD) {
                throw tokens.unexpected(member);
            }
            Operand value = operands.member(object, tokens.take());
            String name = member.text();
            if (tokens.take(":")) {
                name = uniqueName(names);
            } else {
                checkName(member, names.contains(name));
                names.add(name);
            }
            int slot = ledger.slot();
            unpacking.add(assignment(slot, value));
            scope = new Scope(scope, name, new Scope.Local(slot, 0));
        } while (tokens.take(",") && !tokens.peek().is("}"));
        tokens.expect("}");
        return scope;
    }

    /** The body of a function: its value, undefined when it returns none. */
    private Operand body(Signature signature) {
        ledger.enter();
        int returnedOutside = returned;
        returned = 0;
        Operand body;
        int parameters;
        if (tokens.peek().is("{")) {
            body = block(signature.scope(), signature.unpacking());
            parameters = returned;
        } else {
            Operand value = operands.operand(signature.scope());
            parameters = value.parameters();
            body = signature.unpacking().isEmpty() ? value : sequence(signature.unpacking(), value);
        }
        returned = returnedOutside;
        ledger.leave();
        Node node = body.node();
        return ledger.operand(locals -> {
            Object value = node.value(locals);
            return value == null ? Absent.UNDEFINED : value;
        }, parameters, body);
    }

    private Operand block(Scope outside, List<Operand> before) {
        Scope scope = outside;
        List<Operand> statements = new ArrayList<>(before);
        tokens.expect("{");
        while (!tokens.peek().is("}")) {
            Token first = tokens.peek();
            if (first.is("const") || first.is("let") || first.is("var")) {
                scope = declarations(scope, statements);
            } else {
                statements.add(statement(scope));
            }
        }
        tokens.expect("}");
        return sequence(statements, null);
    }

    /** Statements up to the first one that returns something, and perhaps a value after them. */
    private Operand sequence(List<Operand> statements, Operand value) {
        List<Operand> all = new ArrayList<>(statements);
        if (value != null) {
            all.add(value);
        }
        Node[] nodes = all.stream().map(Operand::node).toArray(Node[]::new);
        return ledger.operand(locals -> {
            for (Node node : nodes) {
                Object result = node.value(locals);
                if (result != null) {
                    return result;
                }
            }
            return null;
        }, all.toArray(Operand[]::new));
    }

    private Operand statement(Scope scope) {
        ledger.enter();
        Operand statement;
        Token first = tokens.peek();
        if (first.is("{")) {
            statement = block(scope, List.of());
        } else if (tokens.take("if")) {
            statement = condition(scope);
        } else if (tokens.take("return")) {
            statement = result(scope);
        } else if (tokens.take(";")) {
            statement = ledger.operand(EMPTY);
        } else {
            throw notAStatement(first);
        }
        ledger.leave();
        return statement;
    }

    private FormulaException notAStatement(Token first) {
        if (first.is("function")) {
            return tokens.refusal(first, "name a function by const, as in const half = (x) => x / 2");
        }
        tokens.take();
        if (tokens.peek().is("=")) {
            return tokens.unexpected(tokens.peek());
        }
        return tokens.refusal(first, Words.unexpected(first) + ": statements are const, let, var, if, return and blocks");
    }

    private Operand condition(Scope scope) {
        tokens.expect("(");
        Operand condition = operands.operand(scope);
        tokens.expect(")");
        Operand then = statement(scope);
        Operand otherwise = tokens.take("else") ? statement(scope) : ledger.operand(EMPTY);
        return operands.choice(condition, then, otherwise);
    }

    private Operand result(Scope scope) {
        Token next = tokens.peek();
        if (next.is(";") || next.is("}")) {
            endStatement();
            return ledger.operand(locals -> Absent.UNDEFINED);
        }
        if (next.beginsLine()) {
            throw tokens.refusal(next, "what is returned must begin on the line of return");
        }
        Operand value = operands.operand(scope);
        endStatement();
        returned |= value.parameters();
        return value;
    }

    private Scope declarations(Scope before, List<Operand> statements) {
        Scope scope = before;
        Token word = tokens.take();
        do {
            Token token = tokens.peek();
            String name = newName(scope);
            if (!tokens.take("=")) {
                if (word.is("const")) {
                    throw tokens.refusal(token, "const " + name + " needs a value");
                }
                scope = declared(scope, name, ledger.operand(locals -> Absent.UNDEFINED), statements);
            } else if (tokens.atFunction()) {
                scope = new Scope(scope, name, helper(scope));
            } else {
                scope = declared(scope, name, operands.operand(scope), statements);
            }
        } while (tokens.take(","));
        endStatement();
        return scope;
    }

    private Scope declared(Scope scope, String name, Operand value, List<Operand> statements) {
        int slot = ledger.slot();
        statements.add(assignment(slot, value));
        return new Scope(scope, name, new Scope.Local(slot, value.parameters()));
    }

    private Operand assignment(int slot, Operand value) {
        Node node = value.node();
        return ledger.operand(locals -> {
            locals[slot] = node.value(locals);
            return null;
        }, value);
    }

    /** A function that calls can be compiled from; compiled once for nobody, so that it is checked though never called. */
    private Scope.Helper helper(Scope scope) {
        Scope.Helper helper = new Scope.Helper(tokens.position(), scope);
        body(signature(scope, List.of()));
        return helper;
    }

    private void endStatement() {
        Token next = tokens.peek();
        if (!tokens.take(";") && !next.is("}") && !next.beginsLine()) {
            throw tokens.unexpected(next);
        }
    }

    /**
     * A name that is not visible yet: if one could hide another, what JavaScript means by the other one before its declaration would
     * be another thing than what it says here.
     */
    private String newName(Scope scope) {
        Token token = tokens.take();
        checkName(token, Scope.meaning(scope, token.text()) != null);
        return token.text();
    }

    private String uniqueName(Set<String> names) {
        Token token = tokens.take();
        checkName(token, !names.add(token.text()));
        return token.text();
    }

    private void checkName(Token token, boolean taken) {
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
