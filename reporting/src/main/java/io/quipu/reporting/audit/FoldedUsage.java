package io.quipu.reporting.audit;

import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.usage.Rejection;
import io.quipu.reporting.source.Collector.LoggedUsage;
import java.math.BigDecimal;
import java.util.List;

/**
 * What a usage did, or would have done.
 *
 * @param usage the usage
 * @param path its plan path
 * @param month the month of its end
 * @param day the day of its end
 * @param hour the hour of its end, 0 to 23
 * @param fate whether it counts
 * @param recorded the rejection that was found recorded, or null
 * @param refused why it must count nowhere by the audit's own rules, or null
 * @param effects what it did to each metric; when it does not count, what it would have done, as far as that can be said
 * @param whole whether these are all its effects: not of an event, nor under a plan that has levels or formulas
 */
record FoldedUsage(LoggedUsage usage, PlanPath path, Window month, Window day, int hour, Fate fate, Rejection recorded,
        RefusedException refused, List<Effect> effects, boolean whole) {

    /** Whether a usage counts. */
    enum Fate { COUNTED, DUPLICATE, REJECTED }

    long position() {
        return usage.position();
    }

    /**
     * Whether accumulator and aggregator have to pass its position in its windows: all but events, which have none, duplicates
     * and what never left the meter.
     */
    boolean passes() {
        return usage.event() == null && switch (fate) {
            case COUNTED -> true;
            case DUPLICATE -> false;
            case REJECTED -> {
                String stage = recorded == null ? refused.stage() : recorded.stage();
                yield stage.equals("accumulator") || stage.equals("aggregator");
            }
        };
    }

    /**
     * What a usage did to one metric.
     *
     * @param metric the metric
     * @param hour in its hour
     * @param day in its day
     * @param month in its month
     */
    record Effect(String metric, Step hour, Step day, Step month) {
    }

    /**
     * What a usage did to one metric of its instance in one window.
     *
     * @param before what the metric came to, or null
     * @param after what it comes to
     * @param cost what that adds to the cost
     */
    record Step(Tally before, Tally after, BigDecimal cost) {

        BigDecimal change() {
            return before == null ? after.quantity() : after.quantity().subtract(before.quantity());
        }

        Value state() {
            return after.state();
        }

        Step costing(BigDecimal amount) {
            return new Step(before, after, amount);
        }
    }
}
