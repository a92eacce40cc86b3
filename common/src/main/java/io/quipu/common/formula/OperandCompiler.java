package io.quipu.common.formula;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Compiles what has a value. For one source text. */
final class OperandCompiler {

    private final Tokens tokens;
    private final Ledger ledger;
    private final FunctionCompiler functions;
    private final Operators operators;
    private final Library library;

    OperandCompiler(Tokens tokens, Ledger ledger, Operators operators, FunctionCompiler functions) {
        this.tokens = tokens;
        this.ledger = ledger;
        this.functions = functions;
        this.operators = operators;
        this.library = new Library(tokens, ledger, operators, this);
    }

    /** The expression at the next token. */
    Operand operand(Scope scope) {
        ledger.enter();
        if (tokens.atFunction()) {
            throw tokens.refusal(tokens.peek(), "a function may only be the whole formula, or named by const");
        }
        Operand operand = operation(scope, 0);
        if (tokens.take("?")) {
            Operand then = operand(scope);
            tokens.expect(":");
            operand = operators.choice(operand, then, operand(scope));
        }
        ledger.leave();
        return operand;
    }

    private Operand operation(Scope scope, int above) {
        Operand left = signed(scope);
        while (true) {
            Token operator = tokens.peek();
            int strength = Operators.strength(operator);
            if (strength <= above) {
                return left;
            }
            tokens.take();
            left = operators.operation(operator.text(), left, operation(scope, strength));
        }
    }

    private Operand signed(Scope scope) {
        boolean minus = tokens.peek().is("-");
        boolean not = tokens.peek().is("!");
        if (!minus && !not && !tokens.peek().is("+")) {
            return read(scope);
        }
        tokens.take();
        ledger.enter();
        Operand operand = signed(scope);
        ledger.leave();
        if (not) {
            return operators.not(operand);
        }
        return operators.numeric(minus ? Numbers::negate : UnaryOperator.identity(), operand);
    }

    /** A value, and what is read off it. */
    private Operand read(Scope scope) {
        Operand operand = primary(scope);
        while (tokens.take(".")) {
            Token name = tokens.word();
            if (tokens.peek().is("(")) {
                operand = library.method(operand, name, arguments(scope));
            } else {
                operand = member(operand, name);
            }
        }
        if (tokens.peek().is("(")) {
            throw tokens.refusal(tokens.peek(), "a call of what is no function of the language");
        }
        return operand;
    }

    /** The member of that name. */
    Operand member(Operand object, Token name) {
        checkMember(name);
        String member = name.text();
        ledger.noteMember(object.parameters(), member);
        Place place = tokens.place(name);
        Node node = object.node();
        return ledger.operand(locals -> Values.member(node.value(locals), member, place), object);
    }

    private void checkMember(Token name) {
        if (Words.inherited(name.text())) {
            throw tokens.refusal(name, name.text() + " is not part of the language");
        }
    }

    /** The arguments of a call, with their parentheses. */
    List<Operand> arguments(Scope scope) {
        List<Operand> arguments = new ArrayList<>();
        tokens.expect("(");
        if (!tokens.peek().is(")")) {
            do {
                arguments.add(operand(scope));
            } while (tokens.take(","));
        }
        tokens.expect(")");
        return arguments;
    }

    private Operand primary(Scope scope) {
        Token token = tokens.peek();
        if (token.is("{")) {
            return object(scope);
        }
        tokens.take();
        if (token.kind() == Token.Kind.NUMBER) {
            return constant(token.number());
        }
        if (token.is("(")) {
            Operand operand = operand(scope);
            tokens.expect(")");
            return operand;
        }
        if (token.is("/")) {
            throw tokens.refusal(token, "a regular expression is not part of the language");
        }
        if (token.kind() != Token.Kind.WORD) {
            throw tokens.unexpected(token);
        }
        return switch (token.text()) {
            case "true" -> constant(true);
            case "false" -> constant(false);
            case "null" -> constant(Absent.NULL);
            case "undefined" -> constant(Absent.UNDEFINED);
            case "Math" -> library.math(token, scope);
            case "BigNumber" -> library.bigNumber(token, scope);
            case "new" -> library.newBigNumber(token, scope);
            default -> named(token, scope);
        };
    }

    private Operand constant(Object value) {
        return ledger.operand(locals -> value);
    }

    private Operand named(Token token, Scope scope) {
        Scope.Meaning meaning = Scope.meaning(scope, token.text());
        if (meaning instanceof Scope.Local local) {
            ledger.noteUse(local.parameters());
            int slot = local.slot();
            return ledger.operand(locals -> locals[slot], local.parameters());
        }
        if (meaning instanceof Scope.Helper helper) {
            if (!tokens.peek().is("(")) {
                throw tokens.refusal(token, token.text() + " is a function, which can only be called");
            }
            return functions.call(helper, arguments(scope), token);
        }
        if (Words.reserved(token.text())) {
            throw tokens.refusal(token, token.text() + " is not part of the language here");
        }
        throw tokens.refusal(token, "no such name: " + token.text() + "; names are parameters, and what const, let and var declare before");
    }

    private Operand object(Scope scope) {
        Token first = tokens.peek();
        List<String> names = new ArrayList<>();
        List<Operand> values = new ArrayList<>();
        Set<String> unique = new HashSet<>();
        tokens.expect("{");
        while (!tokens.peek().is("}")) {
            Token name = tokens.peek().kind() == Token.Kind.QUOTED ? tokens.take() : tokens.word();
            checkMember(name);
            if (!unique.add(name.text())) {
                throw tokens.refusal(name, name.text() + " is a member of this object already");
            }
            names.add(name.text());
            if (name.kind() == Token.Kind.WORD && (tokens.peek().is(",") || tokens.peek().is("}"))) {
                values.add(named(name, scope));
            } else {
                tokens.expect(":");
                values.add(operand(scope));
            }
            if (!tokens.take(",")) {
                break;
            }
        }
        tokens.expect("}");
        if (names.size() > Formula.MAX_MEMBERS) {
            throw tokens.refusal(first, "more than " + Formula.MAX_MEMBERS + " members");
        }
        return object(names.toArray(String[]::new), values);
    }

    private Operand object(String[] names, List<Operand> values) {
        Node[] nodes = values.stream().map(Operand::node).toArray(Node[]::new);
        return ledger.operand(locals -> {
            Object[] members = new Object[nodes.length];
            for (int i = 0; i < nodes.length; i++) {
                members[i] = nodes[i].value(locals);
            }
            return new Fields(names, members);
        }, values.toArray(Operand[]::new));
    }
}
