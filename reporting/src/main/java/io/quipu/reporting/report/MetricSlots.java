package io.quipu.reporting.report;

import io.quipu.common.plan.MetricFunctions;
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
            Optional<MetricFunctions> functions = functions(versions, name);
            List<List<Slot>> slots = SlotArrays.of(slots(functions, name, hours), slots(functions, name, days),
                    slots(functions, name, months));
            if (SlotArrays.anyUsed(slots)) {
                metrics.add(new MetricReport(name, slots));
            }
        }
        return metrics;
    }

    private List<Slot> slots(Optional<MetricFunctions> functions, String metric, List<PlanCell> cells) {
        List<Slot> slots = new ArrayList<>(cells.size());
        for (PlanCell cell : cells) {
            Amount amount = cell.plan() == null ? null : cell.plan().metrics().get(metric);
            if (amount != null) {
                slots.add(slot(functions, amount, cell.window()));
            } else {
                slots.add(cell.plan() != null && terms.apply(cell.plan().plan()).has(metric) ? Slot.UNUSED : null);
            }
        }
        return slots;
    }

    /** The functions that can be declared today charge what was rated, whatever the report's time. */
    private Slot slot(Optional<MetricFunctions> functions, Amount amount, Window window) {
        if (amount.level() != null) {
            // of a metric that has left the plan nothing is known but its sums
            return amount.level().slot(functions.flatMap(MetricFunctions::unitOfTime).orElse(UnitOfTime.HOURS.millis()), amount);
        }
        BigDecimal summary = functions.map(f -> f.summarize(time, amount.quantity(), window))
                .orElseGet(() -> amount.quantity() instanceof Value.Numeric number ? number.number() : BigDecimal.ZERO);
        return new Slot(amount.quantity(), summary, amount.cost(), amount.cost());
    }

    /** The functions of a metric in the first of some plan versions that has it. */
    Optional<MetricFunctions> functions(Collection<String> versions, String metric) {
        for (String version : versions) {
            Optional<MetricFunctions> functions = terms.apply(version).functions(metric);
            if (functions.isPresent()) {
                return functions;
            }
        }
        return Optional.empty();
    }
}
