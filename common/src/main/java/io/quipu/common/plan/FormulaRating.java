package io.quipu.common.plan;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import java.math.BigDecimal;

/** The {@code rate} and {@code charge} of a rating plan at least one of which is the text of a function. Immutable and thread-safe. */
final class FormulaRating implements RatingFunctions {

    private final PlanFormula rate;
    private final PlanFormula charge;
    private final String failing;

    private FormulaRating(RatingPlan.Metric metric) {
        this.failing = "metric " + metric.name() + " cannot be rated";
        this.rate = PlanFormula.of(metric.rate(), RATING_FAILED, failing);
        this.charge = PlanFormula.of(metric.charge(), RATING_FAILED, failing);
    }

    /**
     * The functions of a metric.
     *
     * @throws io.quipu.common.formula.FormulaException when one is not a function of the language
     */
    static RatingFunctions of(RatingPlan.Metric metric) {
        return new FormulaRating(metric);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Without a formula it is price × quantity, which must be a number.
     */
    @Override
    public Value cost(BigDecimal price, Value quantity) {
        if (rate != null) {
            return rate.value(Value.of(price), quantity);
        }
        if (!(quantity instanceof Value.Numeric numeric)) {
            throw new MeteringException(RATING_FAILED, failing + ": the quantity is an object, not a number");
        }
        Value cost = Value.of(Decimals.multiply(price, numeric.number()));
        FormulaLimits.violation(cost).ifPresent(violation -> {
            throw new MeteringException(RATING_FAILED, failing + ": " + violation);
        });
        return cost;
    }

    @Override
    public BigDecimal charge(long time, Value cost, Window window) {
        return charge == null ? PlanFormula.number(cost) : charge.shown(time, cost, window);
    }
}
