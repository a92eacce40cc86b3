package io.quipu.aggregator.domain;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.Rate;
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
     * @throws MeteringException code {@code cost_out_of_bounds}, when it would cost more digits than documents hold
     */
    static RatedChanges of(AccumulatedUsage usage, CompiledPlan plan, OpenTotals organizationMonth) {
        PlanKey key = PlanKey.of(usage, plan);
        List<Rated> rated = new ArrayList<>(usage.accumulatedUsage().size());
        for (MetricChange change : usage.accumulatedUsage()) {
            MetricFunctions functions = plan.functions(change.metric());
            Rating rating = Rating.of(change, functions, plan, usage.pin(),
                    organizationMonth.quantity(key, change.metric()));
            rated.add(new Rated(change, functions, costs(change, rating)));
        }
        return new RatedChanges(key, usage.pin().plan(), Window.hourOfDay(usage.origin().end()), rated);
    }

    private static Map<Window.Unit, BigDecimal> costs(MetricChange change, Rating rating) {
        Map<Window.Unit, BigDecimal> costs = new EnumMap<>(Window.Unit.class);
        for (Window.Unit unit : Window.Unit.values()) {
            if (change.in(unit) != null) {
                BigDecimal cost = rating.cost(change.in(unit));
                if (!Decimals.computable(cost)) {
                    throw new MeteringException("cost_out_of_bounds", "metric " + change.metric() + ": the cost is not below "
                            + "10^" + Decimals.MAX_INTEGER_DIGITS + " or has more than "
                            + Decimals.MAX_COMPUTED_FRACTION_DIGITS + " digits after the decimal point");
                }
                costs.put(unit, cost);
            }
        }
        return costs;
    }

    /** Adds the changes and costs of the windows of that unit. */
    void addTo(OpenTotals totals, Window.Unit unit) {
        totals.touch(key, planVersion);
        for (Rated rated : changes) {
            Change change = rated.change.in(unit);
            if (change != null) {
                totals.add(key, rated.change.metric(), rated.functions, change, rated.costs.get(unit));
            }
        }
    }

    /** Adds the changes and costs of the usage's hour. */
    void addHoursTo(OpenTotals day) {
        for (Rated rated : changes) {
            Change change = rated.change.hour();
            if (change != null) {
                day.addHour(key, rated.change.metric(), hour, rated.functions, change,
                        rated.costs.get(Window.Unit.HOUR));
            }
        }
    }

    private record Rated(MetricChange change, MetricFunctions functions, Map<Window.Unit, BigDecimal> costs) {
    }

    /**
     * What a change costs: proportional to itself, or an amount fixed at the organization.
     *
     * @param price the proportional price, or null
     * @param rate the proportional rate function, or null
     * @param amount the fixed amount; counts when there is no proportional price
     */
    private record Rating(Price price, Rate rate, BigDecimal amount) {

        static Rating of(MetricChange change, MetricFunctions functions, CompiledPlan plan, Pin pin,
                Optional<Value> total) {
            Optional<Price> found = plan.price(change.metric(), pin.country(), pin.currency());
            if (found.isEmpty()) {
                return new Rating(null, null, BigDecimal.ZERO);
            }
            Price price = found.get();
            Rate rate = plan.rate(change.metric());
            if (rate.linear(price)) {
                return new Rating(price, rate, BigDecimal.ZERO);
            }
            Change month = change.month();
            if (month == null) {
                return new Rating(null, null, BigDecimal.ZERO);
            }
            Value after = functions.aggregate(total, Optional.ofNullable(month.previous()), month.current());
            BigDecimal before = total.map(Value::asNumber).orElse(BigDecimal.ZERO);
            return new Rating(null, null,
                    Decimals.subtract(rate.cost(after.asNumber(), price), rate.cost(before, price)));
        }

        BigDecimal cost(Change change) {
            if (price == null) {
                return amount;
            }
            BigDecimal previous = change.previous() == null ? BigDecimal.ZERO : change.previous().asNumber();
            return rate.cost(Decimals.subtract(change.current().asNumber(), previous), price);
        }
    }
}
