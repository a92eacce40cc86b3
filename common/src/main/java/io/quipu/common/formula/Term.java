package io.quipu.common.formula;

import io.quipu.common.quantity.Decimals;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/** One compiled node: its value for the variables, normalized and within bounds. */
@FunctionalInterface
interface Term {

    /** The value. */
    BigDecimal value(Function<String, BigDecimal> variables);

    static Term constant(BigDecimal number) {
        BigDecimal normal = Decimals.normalize(number);
        return variables -> normal;
    }

    static Term variable(String name) {
        return variables -> {
            BigDecimal quantity = variables.apply(name);
            if (quantity == null) {
                throw new EvaluationException(name + " has no quantity");
            }
            return Bounds.bounded(Decimals.normalize(quantity));
        };
    }

    static Term negated(Term term) {
        return variables -> term.value(variables).negate();
    }

    static Term sum(Term left, Term right) {
        return variables -> Bounds.bounded(Decimals.add(left.value(variables), right.value(variables)));
    }

    static Term difference(Term left, Term right) {
        return variables -> Bounds.bounded(Decimals.subtract(left.value(variables), right.value(variables)));
    }

    static Term product(Term left, Term right) {
        return variables -> Bounds.bounded(Decimals.multiply(left.value(variables), right.value(variables)));
    }

    static Term quotient(Term left, Term right) {
        return variables -> {
            BigDecimal dividend = left.value(variables);
            BigDecimal divisor = right.value(variables);
            if (divisor.signum() == 0) {
                throw new EvaluationException("division of " + Bounds.shown(dividend) + " by zero");
            }
            return Bounds.bounded(Decimals.divide(dividend, divisor));
        };
    }

    static Term absolute(Term term) {
        return variables -> term.value(variables).abs();
    }

    static Term rounded(Term term, RoundingMode mode) {
        return variables -> Decimals.normalize(term.value(variables).setScale(0, mode));
    }

    /** The whole number nearest to the value; of two that are as near, the greater one, as JavaScript has it. */
    static Term roundedHalfUp(Term term) {
        BigDecimal half = new BigDecimal("0.5");
        return variables -> Decimals.normalize(term.value(variables).add(half).setScale(0, RoundingMode.FLOOR));
    }

    static Term chosen(List<Term> terms, BinaryOperator<BigDecimal> choice) {
        List<Term> candidates = List.copyOf(terms);
        return variables -> {
            BigDecimal chosen = candidates.get(0).value(variables);
            for (Term candidate : candidates.subList(1, candidates.size())) {
                chosen = choice.apply(chosen, candidate.value(variables));
            }
            return chosen;
        };
    }
}
