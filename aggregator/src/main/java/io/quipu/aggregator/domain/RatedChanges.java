package io.quipu.aggregator.domain;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.Rate;
import io.quipu.common.plan.RatingFunctions;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.MetricChange;
import io.quipu.common.usage.Pin;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one usage changes, and what that costs at its own pinned price.
 *
 * <p>Under a proportional price a change costs price × (current − previous), in each window its own change. Under any
 * other price the quantity that counts is the organization's for the plan, metric and month: the usage costs cost(total
 * after) − cost(total before), and that amount is added in every window and at every level, so costs add up.
 *
 * <p>Formulas are rated likewise, as long as they cost numbers. Once they have cost the organization anything else in that month,
 * costs are no sums: every usage then leaves its price in all totals that it changes, and whoever reports one rates it as a whole.
 */
final class RatedChanges {

    private final PlanKey key;
    private final String planVersion;
    private final int hour;
    private final List<Rated> changes;

    private RatedChanges(PlanKey key, String planVersion, int hour, List<Rated> changes) {
        this.key = key;
        this.planVersion = planVersion;
        this.hour = hour;
        this.changes = changes;
    }

    /**
     * Rates a usage against the organization's totals of the month before it.
     *
     * @throws MeteringException when a formula fails; code {@code cost_out_of_bounds}, when it would cost more digits than
     *     documents hold
     */
    static RatedChanges of(AccumulatedUsage usage, CompiledPlan plan, OpenTotals organizationMonth) {
        PlanKey key = PlanKey.of(usage, plan);
        List<Rated> rated = new ArrayList<>(usage.accumulatedUsage().size());
        for (MetricChange change : usage.accumulatedUsage()) {
            MetricFunctions functions = plan.functions(change.metric());
            Rating rating = Rating.of(change, functions, plan, usage.pin(), Before.of(organizationMonth, key, change.metric()));
            rated.add(new Rated(change, functions, costs(change, rating)));
        }
        return new RatedChanges(key, usage.pin().plan(), Window.hourOfDay(usage.origin().end()), rated);
    }

    private static Map<Window.Unit, Cost> costs(MetricChange change, Rating rating) {
        Map<Window.Unit, Cost> costs = new EnumMap<>(Window.Unit.class);
        for (Window.Unit unit : Window.Unit.values()) {
            if (change.in(unit) != null) {
                BigDecimal cost = rating.cost(change.metric(), change.in(unit));
                if (!Decimals.computable(cost)) {
                    throw new MeteringException("cost_out_of_bounds", "metric " + change.metric() + ": the cost is not below "
                            + "10^" + Decimals.MAX_INTEGER_DIGITS + " or has more than "
                            + Decimals.MAX_COMPUTED_FRACTION_DIGITS + " digits after the decimal point");
                }
                costs.put(unit, new Cost(cost, rating.noted()));
            }
        }
        return costs;
    }

    /**
     * Adds the changes and costs of the windows of that unit.
     *
     * @throws MeteringException when a total cannot be aggregated; some may have been, then
     */
    void addTo(OpenTotals totals, Window.Unit unit) {
        totals.touch(key, planVersion);
        for (Rated rated : changes) {
            Change change = rated.change.in(unit);
            if (change != null) {
                totals.add(key, rated.change.metric(), rated.functions, change, rated.costs.get(unit));
            }
        }
    }

    /**
     * Adds the changes and costs of the usage's hour.
     *
     * @throws MeteringException as {@link #addTo}
     */
    void addHoursTo(OpenTotals day) {
        for (Rated rated : changes) {
            Change change = rated.change.hour();
            if (change != null) {
                day.addHour(key, rated.change.metric(), hour, rated.functions, change,
                        rated.costs.get(Window.Unit.HOUR));
            }
        }
    }

    private record Rated(MetricChange change, MetricFunctions functions, Map<Window.Unit, Cost> costs) {
    }

    /**
     * The organization's total of the month before the usage.
     *
     * @param quantity its quantity, if there is any
     * @param price the price that it has instead of a sum of costs, or null
     */
    private record Before(Optional<Value> quantity, BigDecimal price) {

        static Before of(OpenTotals month, PlanKey key, String metric) {
            return new Before(month.quantity(key, metric), month.price(key, metric).orElse(null));
        }

        /** The total after a change. */
        Value after(Change month, MetricFunctions functions) {
            return functions.aggregate(quantity, Optional.ofNullable(month.previous()), month.current());
        }
    }

    /**
     * What a change costs: proportional to itself, or an amount fixed at the organization.
     *
     * @param price the proportional price, or null
     * @param rate the proportional rate function, or null
     * @param amount the fixed amount; counts when there is no proportional price
     * @param noted the price to be left in the totals, or null
     */
    private record Rating(Price price, Rate rate, BigDecimal amount, BigDecimal noted) {

        static Rating of(MetricChange change, MetricFunctions functions, CompiledPlan plan, Pin pin, Before total) {
            Optional<Price> found = plan.price(change.metric(), pin.country(), pin.currency());
            Optional<RatingFunctions> formulas = plan.ratingFunctions(change.metric());
            if (formulas.isPresent()) {
                return of(change, functions, formulas.get(), found.map(Price::price).orElse(BigDecimal.ZERO), total);
            }
            if (found.isEmpty()) {
                return fixed(BigDecimal.ZERO, null);
            }
            Price price = found.get();
            Rate rate = plan.rate(change.metric());
            if (rate.linear(price)) {
                return new Rating(price, rate, BigDecimal.ZERO, null);
            }
            if (change.month() == null) {
                return fixed(BigDecimal.ZERO, null);
            }
            BigDecimal after = number(change.metric(), total.after(change.month(), functions));
            BigDecimal before = number(change.metric(), total.quantity().orElse(Value.ZERO));
            return fixed(Decimals.subtract(rate.cost(after, price), rate.cost(before, price)), null);
        }

        /** By formulas: what the organization's total then costs more, unless that is no number. */
        private static Rating of(MetricChange change, MetricFunctions functions, RatingFunctions formulas, BigDecimal price,
                Before total) {
            BigDecimal kept = total.price() == null ? null : price;
            if (change.month() == null) {
                return fixed(BigDecimal.ZERO, kept);
            }
            Value before = formulas.costOf(price, total.quantity().orElse(Value.ZERO));
            Value after = formulas.costOf(price, total.after(change.month(), functions));
            if (before instanceof Value.Numeric less && after instanceof Value.Numeric more) {
                return fixed(Decimals.subtract(more.number(), less.number()), kept);
            }
            return fixed(BigDecimal.ZERO, price);
        }

        private static Rating fixed(BigDecimal amount, BigDecimal noted) {
            return new Rating(null, null, amount, noted);
        }

        BigDecimal cost(String metric, Change change) {
            if (price == null) {
                return amount;
            }
            BigDecimal previous = change.previous() == null ? BigDecimal.ZERO : number(metric, change.previous());
            return rate.cost(Decimals.subtract(number(metric, change.current()), previous), price);
        }

        /** A formula may make an object of usage for which the plan has a built-in rate: such usage has no cost. */
        private static BigDecimal number(String metric, Value quantity) {
            if (quantity instanceof Value.Numeric numeric) {
                return numeric.number();
            }
            throw new MeteringException(RatingFunctions.RATING_FAILED, "metric " + metric + " cannot be rated: the rate of its plan"
                    + " needs a number, and its quantity is an object");
        }
    }
}
