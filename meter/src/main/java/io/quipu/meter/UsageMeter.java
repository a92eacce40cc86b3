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
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * Meters batches, has the stages below commit them, and answers for both: what the meter rejected is not sent on, since any
 * repetition rejects it again. Keeps nothing; thread-safe.
 */
public final class UsageMeter {

    private final CompiledPlans plans;
    private final Function<List<Batch<MeteredUsage>>, List<BatchAnswer>> accumulator;

    /**
     * A meter.
     *
     * @param plans where plan versions are compiled
     * @param accumulator sends batches to the accumulator and returns its answers, or throws
     */
    public UsageMeter(CompiledPlans plans, Function<List<Batch<MeteredUsage>>, List<BatchAnswer>> accumulator) {
        this.plans = plans;
        this.accumulator = accumulator;
    }

    /**
     * Meters batches.
     *
     * @param batches of different partitions, with the plan version of each of their usages
     * @return of each: committed up to its last position, with the rejections of the meter and of the stages below; or stale
     */
    public List<BatchAnswer> meter(List<Batch<CollectedUsage>> batches) {
        List<List<Rejection>> rejections = new ArrayList<>();
        List<Batch<MeteredUsage>> metered = new ArrayList<>();
        for (Batch<CollectedUsage> batch : batches) {
            List<Rejection> rejected = new ArrayList<>();
            metered.add(meter(batch, rejected));
            rejections.add(rejected);
        }
        List<Batch<MeteredUsage>> sent = metered.stream().filter(batch -> !batch.usage().isEmpty()).toList();
        Iterator<BatchAnswer> below = (sent.isEmpty() ? List.<BatchAnswer>of() : accumulator.apply(sent)).iterator();
        List<BatchAnswer> answers = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            answers.add(answer(batches.get(i), rejections.get(i), metered.get(i).usage().isEmpty() ? null : below.next()));
        }
        return answers;
    }

    private Batch<MeteredUsage> meter(Batch<CollectedUsage> batch, List<Rejection> rejected) {
        List<MeteredUsage> accepted = new ArrayList<>(batch.usage().size());
        for (CollectedUsage usage : batch.usage()) {
            String plan = usage.pin().plan();
            Metered result = Metering.meter(usage, plans.get(plan, batch.plans().get(plan)));
            if (result instanceof Metered.Accepted metering) {
                accepted.add(metering.usage());
            } else if (result instanceof Metered.Rejected refusal) {
                rejected.add(refusal.rejection());
            }
        }
        return batch.with(accepted);
    }

    private static BatchAnswer answer(Batch<CollectedUsage> batch, List<Rejection> rejected, BatchAnswer below) {
        if (below != null) {
            if (below.stale() != null) {
                return below;
            }
            rejected.addAll(below.rejected());
            rejected.sort(Comparator.comparingLong(Rejection::position));
        }
        return new BatchAnswer(batch.lastPosition(), rejected);
    }
}
