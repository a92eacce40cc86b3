package io.quipu.common.formula;

import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Compiles calls of what formulas find there: Math, BigNumber and its methods. For one source text. */
final class Library {

    private static final Map<String, UnaryOperator<Object>> MATH = Map.of("abs", Numbers::absolute,
            "floor", Numbers::floor, "ceil", Numbers::ceil, "round", Numbers::round);

    private final Tokens tokens;
    private final Ledger ledger;
    private final Operators operators;
    private final OperandCompiler operands;

    Library(Tokens tokens, Ledger ledger, Operators operators, OperandCompiler operands) {
        this.tokens = tokens;
        this.ledger = ledger;
        this.operators = operators;
        this.operands = operands;
    }

    /** The call behind the word Math. */
    Operand math(Token math, Scope scope) {
        tokens.expect(".");
        Token name = tokens.word();
        boolean extreme = name.is("min") || name.is("max");
        if (!extreme && !MATH.containsKey(name.text()) || !tokens.peek().is("(")) {
            throw tokens.refusal(math, "no such function: Math." + name.text() + ", but Math.min, max, abs, floor, ceil and round");
        }
        List<Operand> arguments = operands.arguments(scope);
        if (extreme) {
            return extreme(name, arguments, Numbers::of);
        }
        checkCount(name, arguments, 1, 1);
        return operators.numeric(MATH.get(name.text()), arguments.get(0));
    }

    private Operand extreme(Token name, List<Operand> arguments, UnaryOperator<Object> number) {
        checkCount(name, arguments, 1, Formula.MAX_MEMBERS);
        BinaryOperator<Object> choice = name.is("min") ? Numbers::min : Numbers::max;
        Node[] nodes = arguments.stream().map(Operand::node).toArray(Node[]::new);
        return ledger.operand(locals -> {
            Object chosen = number.apply(nodes[0].value(locals));
            for (int i = 1; i < nodes.length; i++) {
                chosen = choice.apply(chosen, number.apply(nodes[i].value(locals)));
            }
            return chosen;
        }, arguments.toArray(Operand[]::new));
    }

    /** What is behind the word new. */
    Operand newBigNumber(Token word, Scope scope) {
        Token name = tokens.take();
        if (!name.is("BigNumber") || !tokens.peek().is("(")) {
            throw tokens.refusal(word, "new is part of the language only in new BigNumber(…)");
        }
        return decimal(name, scope);
    }

    /** What is behind the word BigNumber. */
    Operand bigNumber(Token name, Scope scope) {
        if (tokens.peek().is("(")) {
            return decimal(name, scope);
        }
        tokens.expect(".");
        Token function = tokens.take();
        if (!function.is("min") && !function.is("max") || !tokens.peek().is("(")) {
            throw tokens.refusal(function, "no such function: BigNumber." + function.text() + ", but min and max");
        }
        return extreme(function, operands.arguments(scope), BigNumbers::of);
    }

    private Operand decimal(Token name, Scope scope) {
        List<Operand> arguments = operands.arguments(scope);
        checkCount(name, arguments, 1, 1);
        Node node = arguments.get(0).node();
        return ledger.operand(locals -> BigNumbers.of(node.value(locals)), arguments.get(0));
    }

    /** The call of a method of an operand. */
    Operand method(Operand object, Token name, List<Operand> arguments) {
        BigNumbers.Method method = BigNumbers.method(name.text());
        if (method == null) {
            throw tokens.refusal(name, "no such method: " + name.text() + ", but " + BigNumbers.names());
        }
        checkCount(name, arguments, method.minArguments(), method.maxArguments());
        BinaryOperator<Object> result = method.result();
        Node node = object.node();
        if (arguments.isEmpty()) {
            return ledger.operand(locals -> result.apply(BigNumbers.of(node.value(locals)), Absent.UNDEFINED), object);
        }
        Node argument = arguments.get(0).node();
        return ledger.operand(locals -> result.apply(BigNumbers.of(node.value(locals)), argument.value(locals)),
                object, arguments.get(0));
    }

    private void checkCount(Token name, List<Operand> arguments, int min, int max) {
        if (arguments.size() < min || arguments.size() > max) {
            throw tokens.refusal(name, name.text() + " takes " + (min == max ? min : min + " to " + max)
                    + (max == 1 ? " argument" : " arguments") + ", not " + arguments.size());
        }
    }
}
