package io.quipu.common.formula;

import java.util.ArrayList;
import java.util.List;

/** Compiles the statements of functions. For one source text. */
final class StatementCompiler {

    private static final Node EMPTY = locals -> null;

    private final Tokens tokens;
    private final Ledger ledger;
    private final Operators operators;
    private final OperandCompiler operands;
    private final FunctionCompiler functions;
    private final Names names;
    /** Of which parameters of the formula the values may be that the function at hand returns. */
    private int returned;

    StatementCompiler(Tokens tokens, Ledger ledger, Operators operators, OperandCompiler operands, FunctionCompiler functions) {
        this.tokens = tokens;
        this.ledger = ledger;
        this.operators = operators;
        this.operands = operands;
        this.functions = functions;
        this.names = new Names(tokens);
    }

    /** The block that is the body of a function: its value, undefined when it returns none. */
    Operand body(Scope scope, List<Operand> before) {
        int returnedOutside = returned;
        returned = 0;
        Operand block = block(scope, before);
        int parameters = returned;
        returned = returnedOutside;
        Node node = block.node();
        return ledger.operand(locals -> {
            Object value = node.value(locals);
            return value == null ? Absent.UNDEFINED : value;
        }, parameters, block);
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
    Operand sequence(List<Operand> statements, Operand value) {
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
        }, value == null ? 0 : value.parameters(), all.toArray(Operand[]::new));
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
        return operators.choice(condition, then, otherwise);
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
            String name = names.newName(scope);
            if (!tokens.take("=")) {
                if (word.is("const")) {
                    throw tokens.refusal(token, "const " + name + " needs a value");
                }
                scope = declared(scope, name, ledger.operand(locals -> Absent.UNDEFINED), statements);
            } else if (tokens.atFunction()) {
                scope = new Scope(scope, name, functions.helper(scope));
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

    /** Gives a slot its value. */
    Operand assignment(int slot, Operand value) {
        Node node = value.node();
        return ledger.operand(locals -> {
            locals[slot] = node.value(locals);
            return null;
        }, value);
    }

    private void endStatement() {
        Token next = tokens.peek();
        if (!tokens.take(";") && !next.is("}") && !next.beginsLine()) {
            throw tokens.unexpected(next);
        }
    }
}
