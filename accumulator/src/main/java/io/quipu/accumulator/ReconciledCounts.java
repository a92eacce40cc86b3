package io.quipu.accumulator;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.accumulator.domain.Reconciliation;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts what entries of snapshots have come to, once they are durable. Thread-safe. */
final class ReconciledCounts {

    private final Map<Reconciliation, Counter> counters = new EnumMap<>(Reconciliation.class);

    ReconciledCounts(MeterRegistry registry) {
        for (Reconciliation kind : Reconciliation.values()) {
            counters.put(kind, Counter.builder("quipu.reconciled").description("Instances in snapshots, by what that has come to")
                    .tag("kind", kind.name().toLowerCase(Locale.ROOT)).register(registry));
        }
    }

    void count(Reconciliation kind) {
        counters.get(kind).increment();
    }
}
