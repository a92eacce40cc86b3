package io.quipu.common.formula;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compiles functions: their parameters, their calls, and the formula itself. For one source text. */
final class FunctionCompiler {

    private final Tokens tokens;
    private final Ledger ledger;
    private final OperandCompiler operands;
    private final StatementCompiler statements;
    private final Names names;

    FunctionCompiler(Tokens tokens) {
        this.tokens = tokens;
        this.ledger = new Ledger(tokens);
        Operators operators = new Operators(ledger);
        this.operands = new OperandCompiler(tokens, ledger, operators, this);
        this.statements = new StatementCompiler(tokens, ledger, operators, operands, this);
        this.names = new Names(tokens);
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
        Set<String> taken = new HashSet<>();
        boolean arrow = !tokens.take("function");
        if (!arrow && tokens.peek().kind() == Token.Kind.WORD) {
            // not visible in its body, so it cannot call itself
            names.newName(null);
        }
        if (arrow && tokens.peek().kind() == Token.Kind.WORD) {
            signature = parameter(signature, taken, arguments);
        } else {
            tokens.expect("(");
            if (!tokens.peek().is(")")) {
                do {
                    signature = parameter(signature, taken, arguments);
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

    private Signature parameter(Signature before, Set<String> taken, List<Operand> arguments) {
        int index = before.slots().size();
        int parameters = arguments == null ? ledger.parameter()
                : index < arguments.size() ? arguments.get(index).parameters() : 0;
        int slot = ledger.slot();
        before.slots().add(slot);
        Scope scope = before.scope();
        if (tokens.peek().is("{")) {
            ledger.noteUse(parameters);
            Operand object = ledger.operand(locals -> locals[slot], parameters);
            scope = unpack(scope, object, taken, before.unpacking());
        } else {
            scope = new Scope(scope, names.uniqueName(taken), new Scope.Local(slot, parameters));
        }
        return new Signature(scope, before.slots(), before.unpacking());
    }

    /** Reads {a, b: c} and gives the members of an object these names. */
    private Scope unpack(Scope before, Operand object, Set<String> taken, List<Operand> unpacking) {
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
                name = names.uniqueName(taken);
            } else {
                names.checkName(member, !taken.add(name));
            }
            int slot = ledger.slot();
            unpacking.add(statements.assignment(slot, value));
            scope = new Scope(scope, name, new Scope.Local(slot, 0));
        } while (tokens.take(",") && !tokens.peek().is("}"));
        tokens.expect("}");
        return scope;
    }

    private Operand body(Signature signature) {
        ledger.enter();
        Operand body;
        if (tokens.peek().is("{")) {
            body = statements.body(signature.scope(), signature.unpacking());
        } else {
            Operand value = operands.operand(signature.scope());
            body = signature.unpacking().isEmpty() ? value : statements.sequence(signature.unpacking(), value);
        }
        ledger.leave();
        return body;
    }

    /** A function that calls can be compiled from; compiled once for nobody, so that it is checked though never called. */
    Scope.Helper helper(Scope scope) {
        Scope.Helper helper = new Scope.Helper(tokens.position(), scope);
        body(signature(scope, List.of()));
        return helper;
    }
}
