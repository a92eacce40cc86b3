package io.quipu.reporting.report;

import io.quipu.common.plan.MeteringException;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.RatingFunctions;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.UnitOfTime;
import io.quipu.common.time.Window;
import io.quipu.reporting.report.PlanAmounts.Amount;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** What the slots of a plan's metrics show, as of a time. */
final class MetricSlots {

    private final long time;
    private final Function<String, PlanTerms> terms;

    MetricSlots(long time, Function<String, PlanTerms> terms) {
        this.time = time;
        this.terms = terms;
    }

    /**
     * What one window shows of one plan.
     *
     * @param window the window
     * @param plan what it shows; null where the plan has no usage
     */
    record PlanCell(Window window, PlanAmounts plan) {

        /** Where there is no window. */
        static final PlanCell NONE = new PlanCell(null, null);
    }

    /** The metrics that have anything in any slot of a plan. */
    List<MetricReport> metrics(List<PlanCell> hours, List<PlanCell> days, List<PlanCell> months) {
        // latest first, so that the order of metrics is that of the plan as it is now
        Set<String> versions = new LinkedHashSet<>();
        Set<String> stored = new TreeSet<>();
        for (List<PlanCell> cells : List.of(months, days, hours)) {
            for (PlanCell cell : cells) {
                if (cell.plan() != null) {
                    versions.add(cell.plan().plan());
                    stored.addAll(cell.plan().metrics().keySet());
                }
            }
        }
        Set<String> names = new LinkedHashSet<>();
        versions.forEach(version -> names.addAll(terms.apply(version).metrics()));
        names.addAll(stored);
        List<MetricReport> metrics = new ArrayList<>(names.size());
        for (String name : names) {
            Optional<PlanTerms> latest = terms(versions, name);
            List<List<Slot>> slots = SlotArrays.of(slots(latest, name, hours), slots(latest, name, days),
                    slots(latest, name, months));
            if (SlotArrays.anyUsed(slots)) {
                metrics.add(new MetricReport(name, slots));
            }
        }
        return metrics;
    }

    private List<Slot> slots(Optional<PlanTerms> latest, String metric, List<PlanCell> cells) {
        List<Slot> slots = new ArrayList<>(cells.size());
        for (PlanCell cell : cells) {
            Amount amount = cell.plan() == null ? null : cell.plan().metrics().get(metric);
            if (amount != null) {
                PlanTerms own = terms.apply(cell.plan().plan());
                slots.add(slot(own.has(metric) ? Optional.of(own) : latest, metric, amount, cell.window()));
            } else {
                slots.add(cell.plan() != null && terms.apply(cell.plan().plan()).has(metric) ? Slot.UNUSED : null);
            }
        }
        return slots;
    }

    /**
     * What a window shows of a metric, by the terms of the window's own plan version. Where these no longer have the metric, by those of the latest
     * version in the report that has it; where none has, nothing is known but its totals.
     */
    private Slot slot(Optional<PlanTerms> plan, String metric, Amount amount, Window window) {
        Optional<MetricFunctions> functions = plan.flatMap(p -> p.functions(metric));
        if (amount.level() != null) {
            return amount.level().slot(functions.flatMap(MetricFunctions::unitOfTime).orElse(UnitOfTime.HOURS.millis()), amount);
        }
        BigDecimal summary = functions.map(f -> f.summarize(time, amount.quantity(), window))
                .orElseGet(() -> amount.quantity() instanceof Value.Numeric number ? number.number() : BigDecimal.ZERO);
        return plan.flatMap(p -> p.ratingFunctions(metric)).map(rating -> rated(rating, amount, summary, window))
                .orElseGet(() -> new Slot(amount.quantity(), summary, Value.of(amount.cost()), amount.cost()));
    }

    /** By formulas, which charge as of the report's time; what they cannot rate is not charged. */
    private Slot rated(RatingFunctions rating, Amount amount, BigDecimal summary, Window window) {
        Value cost;
        try {
            cost = amount.price() == null ? Value.of(amount.cost()) : rating.costOf(amount.price(), amount.quantity());
        } catch (MeteringException e) {
            return new Slot(amount.quantity(), summary, Value.ZERO, BigDecimal.ZERO);
        }
        return new Slot(amount.quantity(), summary, cost, rating.charge(time, cost, window));
    }

    /** The functions of a metric in the first of some plan versions that has it. */
    Optional<MetricFunctions> functions(Collection<String> versions, String metric) {
        return terms(versions, metric).flatMap(plan -> plan.functions(metric));
    }

    private Optional<PlanTerms> terms(Collection<String> versions, String metric) {
        return versions.stream().map(terms).filter(plan -> plan.has(metric)).findFirst();
    }
}
