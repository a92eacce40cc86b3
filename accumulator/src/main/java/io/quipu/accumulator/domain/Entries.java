package io.quipu.accumulator.domain;

import io.quipu.accumulator.domain.Timeline.Level;
import io.quipu.accumulator.domain.Timeline.Terms;
import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.plan.Price;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Makes the entry of a timeline of what was metered: levels, and the price of each, pinned by the usage. Under a price that is
 * not proportional no level has a cost of its own: it depends on all that the organization runs in the month.
 */
final class Entries {

    private Entries() {
    }

    /**
     * The entry of an event, or of a usage that has metered a level: that sets the level from its end on.
     *
     * @throws MeteringException when a cost per unit of time has too many digits
     */
    static OpenEntry of(MeteredUsage usage, CompiledPlan plan) {
        Event.Kind kind = usage.event() == null ? Event.Kind.LEVEL : usage.event().kind();
        String id = usage.event() == null ? null : usage.event().id();
        if (kind.stops()) {
            return new OpenEntry(usage.origin().end(), kind, id, null, List.of());
        }
        List<Level> levels = new ArrayList<>();
        for (MeteredQuantity metered : usage.meteredUsage()) {
            if (usage.event() != null || plan.functions(metered.metric()).timeWeighted()) {
                levels.add(level(metered, usage, plan));
            }
        }
        levels.sort(Comparator.comparing(Level::metric));
        return new OpenEntry(usage.origin().end(), kind, id,
                new Terms(plan.path(), usage.pin().plan(), usage.pin().currency()), levels);
    }

    private static Level level(MeteredQuantity metered, MeteredUsage usage, CompiledPlan plan) {
        Optional<Price> price = plan.price(metered.metric(), usage.pin().country(), usage.pin().currency());
        BigDecimal quantity = metered.quantity().asNumber();
        if (price.isPresent() && !plan.rate(metered.metric()).linear(price.get())) {
            return new Level(metered.metric(), quantity, null, true);
        }
        BigDecimal perUnit = price.map(Price::price).orElse(null);
        if (perUnit != null && !Decimals.computable(Decimals.multiply(quantity, perUnit))) {
            throw new MeteringException("cost_out_of_bounds", "metric " + metered.metric() + ": the cost per unit of time has "
                    + "more than " + Decimals.MAX_INTEGER_DIGITS + " digits before or "
                    + Decimals.MAX_COMPUTED_FRACTION_DIGITS + " after the decimal point");
        }
        return new Level(metered.metric(), quantity, perUnit);
    }
}
