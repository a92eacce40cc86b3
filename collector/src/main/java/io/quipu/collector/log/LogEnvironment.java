package io.quipu.collector.log;

import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.collector.lease.HeldPartitions;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.trace.Traces;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What the log takes from outside: nothing else that is not in its settings changes what it does.
 *
 * @param store keeps the log
 * @param executor runs the rounds of its appenders
 * @param clock the collector's clock
 * @param writers makes the ids of appends, unique for ever over all collectors
 * @param meters counts
 * @param traces records appends of usage whose trace is sampled
 * @param held which partitions this process drives
 */
public record LogEnvironment(DocumentStore store, Executor executor, Clock clock, Supplier<String> writers,
        MeterRegistry meters, Traces traces, HeldPartitions held) {

    /** Of a process that drives all partitions. */
    public LogEnvironment(DocumentStore store, Executor executor, Clock clock, Supplier<String> writers,
            MeterRegistry meters, Traces traces) {
        this(store, executor, clock, writers, meters, traces, HeldPartitions.all());
    }

    /** The same without traces. */
    public LogEnvironment(DocumentStore store, Executor executor, Clock clock, Supplier<String> writers,
            MeterRegistry meters) {
        this(store, executor, clock, writers, meters, Traces.NONE);
    }
}
