package io.quipu.meter;

import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Rejection;
import io.quipu.meter.domain.Metered;
import io.quipu.meter.domain.Metering;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Meters a batch, has the stages below commit it, and answers for both: what the meter rejected is not sent on, since any
 * repetition rejects it again. Keeps nothing; thread-safe.
 */
public final class UsageMeter {

    private final CompiledPlans plans;
    private final Function<Batch<MeteredUsage>, BatchAnswer> accumulator;

    /**
     * A meter.
     *
     * @param plans where plan versions are compiled
     * @param accumulator sends a batch to the accumulator and returns its answer, or throws
     */
    public UsageMeter(CompiledPlans plans, Function<Batch<MeteredUsage>, BatchAnswer> accumulator) {
        this.plans = plans;
        this.accumulator = accumulator;
    }

    /**
     * Meters a batch.
     *
     * @param batch with the plan version of each of its usages
     * @return committed up to the batch's last position, with the rejections of the meter and of the stages below
     */
    public BatchAnswer meter(Batch<CollectedUsage> batch) {
        List<MeteredUsage> accepted = new ArrayList<>();
        List<Rejection> rejections = new ArrayList<>();
        for (CollectedUsage usage : batch.usage()) {
            String plan = usage.pin().plan();
            Metered result = Metering.meter(usage, plans.get(plan, batch.plans().get(plan)));
            if (result instanceof Metered.Accepted metering) {
                accepted.add(metering.usage());
            } else if (result instanceof Metered.Rejected refusal) {
                rejections.add(refusal.rejection());
            }
        }
        if (!accepted.isEmpty()) {
            rejections.addAll(accumulator.apply(
                    new Batch<>(batch.partition(), batch.cursor(), batch.plans(), accepted)).rejected());
            rejections.sort(Comparator.comparingLong(Rejection::position));
        }
        return new BatchAnswer(batch.lastPosition(), rejections);
    }
}
