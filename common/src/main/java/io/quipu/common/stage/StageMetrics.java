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
    public static final Set<String> REJECTION_CODES = Set.of("metering_failed", "quantity_out_of_bounds", "cost_out_of_bounds",
            "too_many_plans", "currency_mismatch", "broken");

    private static final String COMMITTED = "committed";

    private final MeterRegistry meters;
    private final String stage;
    private final UsageCounts usages;
    private final DistributionSummary sizes;
    private final Map<Outcome, Timer> batches = new EnumMap<>(Outcome.class);

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
            batches.put(outcome, Buckets.call("quipu.stage.batch")
                    .description("Handling a batch, until it is durable here and below, or refused")
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT)).register(meters));
        }
    }

    /**
     * Handles a batch.
     *
     * @param size how many usages it has
     * @param handling handles it
     */
    public BatchAnswer record(int size, Supplier<BatchAnswer> handling) {
        long begun = meters.config().clock().monotonicTime();
        Outcome outcome = Outcome.BROKEN;
        try {
            BatchAnswer answer = handling.get();
            outcome = Outcome.COMMITTED;
            settled(size, answer.rejected());
            return answer;
        } catch (StaleBatchException e) {
            outcome = Outcome.STALE;
            throw e;
        } catch (StageUnavailableException | StoreException e) {
            outcome = Outcome.UNAVAILABLE;
            throw e;
        } finally {
            sizes.record(size);
            batches.get(outcome).record(meters.config().clock().monotonicTime() - begun, TimeUnit.NANOSECONDS);
        }
    }

    private void settled(int size, List<Rejection> rejected) {
        for (Rejection rejection : rejected) {
            if (rejection.stage().equals(stage)) {
                usages.rejected(rejection.code(), 1);
            }
        }
        usages.count(COMMITTED, size - rejected.size());
    }
}
