package io.quipu.common.plan;

import io.quipu.common.formula.EvaluationException;
import io.quipu.common.formula.Formula;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * A function of a plan that is a formula, with what its result may be. Immutable and thread-safe.
 *
 * @param formula the formula
 * @param code of the rejection of a usage for which it has no result
 * @param failing what cannot be done then, for messages
 */
record PlanFormula(Formula formula, String code, String failing) {

    /**
     * The function that a text is; null when it is none, or null.
     *
     * @throws io.quipu.common.formula.FormulaException when it looks like a function and is none of the language
     */
    static PlanFormula of(String text, String code, String failing) {
        return FunctionText.is(text) ? new PlanFormula(Formula.compile(text), code, failing) : null;
    }

    /** A time, as formulas see it. */
    static Value time(long millis) {
        return Value.of(BigDecimal.valueOf(millis));
    }

    /**
     * The result, which may be null.
     *
     * @throws MeteringException when there is none, or it is too large
     */
    Optional<Value> nullable(Value... arguments) {
        Value result;
        try {
            result = formula.evaluate(List.of(arguments));
        } catch (EvaluationException e) {
            throw refusal(e.getMessage());
        }
        return result instanceof Value.Nothing ? Optional.empty() : Optional.of(checked(result));
    }

    /**
     * The result.
     *
     * @throws MeteringException when there is none, or it is neither a number nor an object, or too large
     */
    Value value(Value... arguments) {
        return nullable(arguments).orElseThrow(() -> refusal("the result is null or undefined"));
    }

    /** The number that is shown as of a time for what a window holds; 0 where there is none. */
    BigDecimal shown(long time, Value held, Window window) {
        try {
            return number(value(time(time), held, time(window.from()), time(window.to())));
        } catch (MeteringException e) {
            return BigDecimal.ZERO;
        }
    }

    /** The number that a value is; 0 where it is none. */
    static BigDecimal number(Value value) {
        return value instanceof Value.Numeric numeric ? numeric.number() : BigDecimal.ZERO;
    }

    private Value checked(Value result) {
        FormulaLimits.violation(result).ifPresent(violation -> {
            throw refusal(violation);
        });
        return result;
    }

    MeteringException refusal(String reason) {
        return new MeteringException(code, failing + ": " + reason);
    }
}
