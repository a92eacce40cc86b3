package io.quipu.collector.drive;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.collector.lease.HeldPartitions;
import io.quipu.collector.lease.LeaseTimes;
import io.quipu.collector.log.Collector;
import io.quipu.collector.log.LogEnvironment;
import io.quipu.collector.log.LogSettings;
import io.quipu.collector.log.LogTimes;
import io.quipu.collector.log.ManualClock;
import io.quipu.collector.log.Samples;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.collector.log.UsageLog.Appended;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import io.quipu.common.trace.Traces;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** A collector that shares the partitions of a store with others, on a machine in virtual time with a clock of its own. */
final class SharingMachine {

    static final int PARTITIONS = 64;
    static final Duration SWEEP = Duration.ofMinutes(1);

    final VirtualTime time;
    final StoredUsageLog log;
    final Drivers drivers;
    final Sharing sharing;
    final PipelineSweep sweep;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Counted store;
    boolean alive = true;
    private int appends;

    /** What one machine asks of the store. */
    static final class Counted implements DocumentStore {
        private final DocumentStore store;
        long documentsRead;
        long documentsWritten;
        Predicate<String> away = key -> false;

        Counted(DocumentStore store) {
            this.store = store;
        }

        @Override
        public List<Optional<Document>> get(List<String> keys) {
            check(keys);
            documentsRead += keys.size();
            return store.get(keys);
        }

        @Override
        public List<Outcome> write(List<Write> writes) {
            check(writes.stream().map(Write::key).toList());
            documentsWritten += writes.size();
            return store.write(writes);
        }

        private void check(List<String> keys) {
            if (keys.stream().anyMatch(away)) {
                throw new StoreException("away");
            }
        }

        @Override
        public void close() {
            // The others need it.
        }
    }

    /** One that shares; its wall clock is that far ahead. */
    SharingMachine(VirtualTime time, DocumentStore shared, NextStage stage, String id, Duration ahead) {
        this(time, shared, stage, id, ahead, true);
    }

    SharingMachine(VirtualTime time, DocumentStore shared, NextStage stage, String id, Duration ahead, boolean leases) {
        this.time = time;
        this.store = new Counted(shared);
        Clock clock = clock(time, ahead);
        Executor executor = task -> time.after(Duration.ZERO, () -> alive, task);
        Scheduler scheduler = (delay, task) -> time.after(delay, () -> alive, task);
        log = new StoredUsageLog(new LogSettings(PARTITIONS, 100_000, 1, new LogTimes(Collector.LATENESS, Duration.ofDays(400))),
                new LogEnvironment(store, executor, clock, () -> id + "-" + ++appends, meters, Traces.NONE,
                        leases ? HeldPartitions.none() : HeldPartitions.all()));
        drivers = new Drivers(log, new DriveEnvironment(stage, plan -> Optional.of(Samples.PLAN), breaker(id, time),
                new Backoff(Pipeline.FIRST, Pipeline.LONGEST, new Random(1)), Duration.ofMillis(50), 2,
                new IntakeFirst(() -> 0, 1, Pipeline.LIMIT, clock), meters), executor, scheduler);
        // Its monotonic time begins anywhere.
        long boot = new Random(id.hashCode()).nextLong(1_000_000_000_000L);
        sharing = leases ? new SharedPartitions(log, drivers, new SharingEnvironment(id, store, LeaseTimes.DEFAULT,
                () -> boot + time.now(), scheduler)) : Sharing.none(log, drivers);
        sweep = new PipelineSweep(log, drivers, executor, sharing, PipelineSweep.Pace.of(SWEEP, PARTITIONS));
        sweep.start();
        time.after(SWEEP, () -> alive, this::sweepAndGoOn);
    }

    private static CircuitBreaker breaker(String id, VirtualTime time) {
        return CircuitBreaker.of(id, CircuitBreakerConfig.custom().slidingWindowSize(20)
                .waitDurationInOpenState(Pipeline.OPEN).recordExceptions(StageUnavailableException.class)
                .clock(clock(time, Duration.ZERO)).currentTimestampFunction(Clock::millis, TimeUnit.MILLISECONDS).build());
    }

    private void sweepAndGoOn() {
        sweep.run();
        time.after(SWEEP, () -> alive, this::sweepAndGoOn);
    }

    private static Clock clock(VirtualTime time, Duration ahead) {
        return new Clock() {
            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(ManualClock.NOON + time.now() / 1_000_000).plus(ahead);
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException();
            }
        };
    }

    CompletableFuture<List<Appended>> append(int partition, String... dedupIds) {
        return log.append(partition, Arrays.stream(dedupIds).map(Samples::usage).toList());
    }

    List<Integer> held() {
        return IntStream.range(0, PARTITIONS).filter(log.held()::holds).boxed().toList();
    }

    /** It is no more: kill -9. */
    void kill() {
        alive = false;
    }

    /** As PipelineLifecycle stops it. */
    void stop() {
        sweep.stop();
        drivers.stop();
        CompletableFuture<Void> appended = log.stop();
        time.passUntil(Duration.ofSeconds(6), () -> appended.isDone() && drivers.idle());
        sharing.stop();
        alive = false;
    }

    double gauge(String name) {
        return meters.get(name).gauge().value();
    }
}
