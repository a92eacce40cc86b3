package io.quipu.common.formula;

import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** The operators of the language: how strongly they bind, and the operands that they make of others. For one source text. */
final class Operators {

    /** How strongly an operator binds. */
    private static final Map<String, Integer> STRENGTHS = Map.ofEntries(Map.entry("||", 1), Map.entry("&&", 2),
            Map.entry("==", 3), Map.entry("!=", 3), Map.entry("===", 3), Map.entry("!==", 3),
            Map.entry("<", 4), Map.entry(">", 4), Map.entry("<=", 4), Map.entry(">=", 4),
            Map.entry("+", 5), Map.entry("-", 5), Map.entry("*", 6), Map.entry("/", 6), Map.entry("%", 6));

    private final Ledger ledger;

    Operators(Ledger ledger) {
        this.ledger = ledger;
    }

    /** How strongly an operator between two operands binds; 0 when that token is none. */
    static int strength(Token token) {
        return token.kind() == Token.Kind.SYMBOL ? STRENGTHS.getOrDefault(token.text(), 0) : 0;
    }

    /** One or the other, by the truth of a condition. */
    Operand choice(Operand condition, Operand then, Operand otherwise) {
        Node test = condition.node();
        Node yes = then.node();
        Node no = otherwise.node();
        return ledger.operand(locals -> Values.truthy(test.value(locals)) ? yes.value(locals) : no.value(locals),
                then.parameters() | otherwise.parameters(), condition, then, otherwise);
    }

    /** Two operands and what stands between them. */
    Operand operation(String operator, Operand left, Operand right) {
        Node a = left.node();
        Node b = right.node();
        int either = left.parameters() | right.parameters();
        return switch (operator) {
            case "||" -> ledger.operand(locals -> {
                Object value = a.value(locals);
                return Values.truthy(value) ? value : b.value(locals);
            }, either, left, right);
            case "&&" -> ledger.operand(locals -> {
                Object value = a.value(locals);
                return Values.truthy(value) ? b.value(locals) : value;
            }, either, left, right);
            case "===" -> ledger.operand(locals -> Values.same(a.value(locals), b.value(locals)), left, right);
            case "!==" -> ledger.operand(locals -> !Values.same(a.value(locals), b.value(locals)), left, right);
            case "==" -> ledger.operand(locals -> Values.equal(a.value(locals), b.value(locals)), left, right);
            case "!=" -> ledger.operand(locals -> !Values.equal(a.value(locals), b.value(locals)), left, right);
            case "<" -> ledger.operand(locals -> order(a, b, locals) < 0, left, right);
            case "<=" -> ledger.operand(locals -> order(a, b, locals) <= 0, left, right);
            case ">" -> ledger.operand(locals -> order(a, b, locals) == 1, left, right);
            case ">=" -> ledger.operand(locals -> {
                int order = order(a, b, locals);
                return order == 0 || order == 1;
            }, left, right);
            case "+" -> ledger.operand(locals -> Numbers.sum(a.value(locals), b.value(locals)), left, right);
            case "-" -> numeric(Numbers::subtract, left, right);
            case "*" -> numeric(Numbers::multiply, left, right);
            case "/" -> numeric(Numbers::divide, left, right);
            default -> numeric(Numbers::remainder, left, right);
        };
    }

    private static int order(Node a, Node b, Object[] locals) {
        // both values before either becomes a number, as in JavaScript
        Object left = a.value(locals);
        Object right = b.value(locals);
        return Numbers.compare(Numbers.of(left), Numbers.of(right));
    }

    private Operand numeric(BinaryOperator<Object> operator, Operand left, Operand right) {
        Node a = left.node();
        Node b = right.node();
        return ledger.operand(locals -> operator.apply(Numbers.of(a.value(locals)), Numbers.of(b.value(locals))), left, right);
    }

    /** What an operator makes of an operand as a number. */
    Operand numeric(UnaryOperator<Object> operator, Operand operand) {
        Node node = operand.node();
        return ledger.operand(locals -> operator.apply(Numbers.of(node.value(locals))), operand);
    }

    /** Whether an operand is false. */
    Operand not(Operand operand) {
        Node node = operand.node();
        return ledger.operand(locals -> !Values.truthy(node.value(locals)), operand);
    }
}
