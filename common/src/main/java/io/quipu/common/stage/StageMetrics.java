package io.quipu.common.stage;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quipu.common.metrics.Buckets;
import io.quipu.common.metrics.UsageCounts;
import io.quipu.common.store.StoreException;
import io.quipu.common.usage.Rejection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Counts and times the batches of a stage, the stages below it included: it answers once they have committed. Usage of a
 * batch that comes again is counted again. Thread-safe.
 */
public final class StageMetrics {

    /** Why a stage rejects usage. */
    public static final Set<String> REJECTION_CODES = Set.of("metering_failed", "accumulating_failed", "aggregating_failed",
            "rating_failed", "quantity_out_of_bounds", "cost_out_of_bounds", "too_many_plans", "too_many_levels",
            "currency_mismatch", "broken");

    private static final String COMMITTED = "committed";

    private final MeterRegistry meters;
    private final String stage;
    private final UsageCounts usages;
    private final DistributionSummary sizes;
    private final Map<Outcome, Timer> timers = new EnumMap<>(Outcome.class);

    private enum Outcome { COMMITTED, STALE, UNAVAILABLE, BROKEN }

    /**
     * The metrics of a stage.
     *
     * @param stage the name that it puts on what it rejects: only that is counted as rejected here
     */
    public StageMetrics(MeterRegistry meters, String stage) {
        this.meters = meters;
        this.stage = stage;
        this.usages = new UsageCounts(meters, "quipu.stage.usages", "Usages answered by this stage, by what became of them",
                List.of(COMMITTED), REJECTION_CODES);
        this.sizes = Buckets.usages("quipu.stage.batch.usages").description("Usages of each batch").register(meters);
        for (Outcome outcome : Outcome.values()) {
            timers.put(outcome, Buckets.call("quipu.stage.batch")
                    .description("Handling a batch, until it is durable here and below, or refused")
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT)).register(meters));
        }
    }

    /**
     * Handles batches that came in one call: each is counted, and took as long as all of them.
     *
     * @param batches the batches
     * @param handling handles them, one answer each
     */
    public List<BatchAnswer> record(List<? extends Batch<?>> batches, Supplier<List<BatchAnswer>> handling) {
        long begun = meters.config().clock().monotonicTime();
        Outcome failure = Outcome.BROKEN;
        List<BatchAnswer> answers = List.of();
        try {
            answers = handling.get();
            return answers;
        } catch (StageUnavailableException | StoreException e) {
            failure = Outcome.UNAVAILABLE;
            throw e;
        } finally {
            long took = meters.config().clock().monotonicTime() - begun;
            for (int i = 0; i < batches.size(); i++) {
                int size = batches.get(i).usage().size();
                sizes.record(size);
                timers.get(i < answers.size() ? settled(size, answers.get(i)) : failure).record(took, TimeUnit.NANOSECONDS);
            }
        }
    }

    private Outcome settled(int size, BatchAnswer answer) {
        if (answer.stale() != null) {
            return Outcome.STALE;
        }
        for (Rejection rejection : answer.rejected()) {
            if (rejection.stage().equals(stage)) {
                usages.rejected(rejection.code(), 1);
            }
        }
        usages.count(COMMITTED, size - answer.rejected().size());
        return Outcome.COMMITTED;
    }
}
