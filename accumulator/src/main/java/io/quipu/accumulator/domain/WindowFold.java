package io.quipu.accumulator.domain;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.MetricChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one usage does to the windows of its instance: computed first, applied at once. Levels are not its business, see {@link
 * OpenTimeline} and {@link LevelFold}.
 */
final class WindowFold {

    private final MeteredUsage usage;
    private final OpenInstance month;
    private final OpenInstance day;
    private final int hour;
    private final Map<String, Value> monthAfter = new TreeMap<>();
    private final Map<String, Value> dayAfter = new TreeMap<>();
    private final Map<String, Value> hourAfter = new TreeMap<>();
    private final List<MetricChange> changes = new ArrayList<>();

    private WindowFold(MeteredUsage usage, OpenInstance month, OpenInstance day, int hour) {
        this.usage = usage;
        this.month = month;
        this.day = day;
        this.hour = hour;
    }

    /**
     * Computes the states after a usage; changes nothing.
     *
     * @param month its month, or null when that is not to be folded
     * @param day its day, or null
     * @throws io.quipu.common.plan.MeteringException when a metric has no state after it
     */
    static WindowFold of(MeteredUsage usage, CompiledPlan plan, OpenInstance month, OpenInstance day) {
        long end = usage.origin().end();
        Window hourWindow = Window.hour(end);
        WindowFold fold = new WindowFold(usage, month, day, Window.hourOfDay(end));
        for (MeteredQuantity metered : usage.meteredUsage()) {
            MetricFunctions functions = plan.functions(metered.metric());
            if (!functions.timeWeighted()) {
                fold.compute(functions, metered, hourWindow);
            }
        }
        return fold;
    }

    private void compute(MetricFunctions functions, MeteredQuantity metered, Window hourWindow) {
        String metric = metered.metric();
        Change monthChange = month == null ? null
                : compute(functions, month.state(metric), metered, month.window(), monthAfter);
        Change dayChange = day == null ? null : compute(functions, day.state(metric), metered, day.window(), dayAfter);
        Change hourChange = day == null ? null
                : compute(functions, day.state(metric, hour), metered, hourWindow, hourAfter);
        changes.add(new MetricChange(metric, hourChange, dayChange, monthChange));
    }

    private Change compute(MetricFunctions functions, Optional<Value> before, MeteredQuantity metered, Window window,
            Map<String, Value> states) {
        Optional<Value> after = functions.accumulate(before, metered.quantity(), usage.origin().start(),
                usage.origin().end(), window);
        after.ifPresent(state -> states.put(metered.metric(), state));
        return OpenInstance.change(functions, before, after);
    }

    /**
     * Takes the states over.
     *
     * @param levels what the usage changes beside them
     */
    void apply(LevelFold levels) {
        if (month != null) {
            month.accept(usage, monthAfter, Map.of(), hour, levels.in(month));
        }
        if (day != null) {
            day.accept(usage, dayAfter, hourAfter, hour, levels.in(day));
        }
    }

    /** What changes, one per metric that is no level, in the plan's order. */
    List<MetricChange> changes() {
        return changes;
    }
}
