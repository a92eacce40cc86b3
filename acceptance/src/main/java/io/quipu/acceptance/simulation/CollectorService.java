package io.quipu.acceptance.simulation;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.collector.catalog.AccountProperties;
import io.quipu.collector.catalog.Catalog;
import io.quipu.collector.catalog.CatalogProperties;
import io.quipu.collector.catalog.Terms;
import io.quipu.collector.drive.Backoff;
import io.quipu.collector.drive.DriveEnvironment;
import io.quipu.collector.drive.Drivers;
import io.quipu.collector.drive.IntakeFirst;
import io.quipu.collector.drive.LogConfiguration;
import io.quipu.collector.drive.NextStage;
import io.quipu.collector.drive.PipelineProperties;
import io.quipu.collector.drive.PipelineSweep;
import io.quipu.collector.drive.Reconciling;
import io.quipu.collector.drive.RunningSource;
import io.quipu.collector.drive.Scheduler;
import io.quipu.collector.drive.SharedPartitions;
import io.quipu.collector.drive.Sharing;
import io.quipu.collector.drive.SharingEnvironment;
import io.quipu.collector.intake.AppendWait;
import io.quipu.collector.intake.EventReader;
import io.quipu.collector.intake.SnapshotBody;
import io.quipu.collector.intake.SnapshotIntake;
import io.quipu.collector.intake.TermsSource;
import io.quipu.collector.intake.UsageIntake;
import io.quipu.collector.intake.UsageReader;
import io.quipu.collector.intake.UsageResult;
import io.quipu.collector.lease.HeldPartitions;
import io.quipu.collector.log.Backlog;
import io.quipu.collector.log.Dispositions;
import io.quipu.collector.log.LogEnvironment;
import io.quipu.collector.log.LogSettings;
import io.quipu.collector.log.LogTimes;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.trace.Traces;
import io.quipu.common.time.MonotonicClock;
import io.quipu.common.usage.Event;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One collector process: its catalog, intake, log and drivers as in production, on simulated time, disk and network. */
final class CollectorService implements Service {

    private static final long APPEND_TIMEOUT = 30_000;
    private static final long NO_LIMIT = 1_000_000;
    private static final int APPEND_ROUNDS = 2;
    private static final int DRIVE_ROUNDS = 3;
    private static final int REQUESTS = 16;

    /** How often it is looked whether it has drained before it leaves all the same, and how long after another, milliseconds. */
    private static final int DRAINING = 50;
    private static final int STEP = 100;
    private static final Duration INTERVAL = Duration.ofMillis(50);

    private final World world;
    private final Machine machine;
    private final UsageReader reader = new UsageReader();
    private final EventReader events = new EventReader();
    private final Catalog catalog;
    private final StoredUsageLog log;
    private final Drivers drivers;
    private final UsageIntake intake;
    private final SnapshotIntake snapshots;
    private final Optional<SharedPartitions> shared;
    private final Sharing sharing;
    private final PipelineSweep sweep;
    private final Dispositions dispositions;

    /** Beats, and looks at the signal, that are under way. */
    private int beating;

    /** Starts the process on a machine. */
    CollectorService(World world, Machine machine, NextStage next, RunningSource running) {
        this.world = world;
        this.machine = machine;
        DocumentStore store = new SimulatedStore(world, machine, world.collectorDisk());
        Clock clock = machine.clock();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Executor executor = task -> world.fibers().start(machine, 0, task);
        Scheduler scheduler = (delay, task) -> world.fibers().start(machine, delay.toMillis(), task);
        LogTimes times = world.settings().times();
        catalog = catalog(store, clock);
        log = new StoredUsageLog(new LogSettings(world.settings().partitions(), NO_LIMIT, APPEND_ROUNDS, times),
                new LogEnvironment(store, executor, clock, world::nextId, meters, Traces.NONE,
                        world.settings().leased() ? HeldPartitions.none() : HeldPartitions.all()));
        CircuitBreaker breaker = CircuitBreaker.of(LogConfiguration.BREAKER, LogConfiguration
                .breaker(new PipelineProperties.Breaking(20, 50, Duration.ofSeconds(5), 2))
                .clock(new MonotonicClock(machine::nanos))
                .currentTimestampFunction(Clock::millis, TimeUnit.MILLISECONDS).build());
        drivers = new Drivers(log, new DriveEnvironment(next, catalog::planVersion, breaker,
                new Backoff(Duration.ofMillis(200), Duration.ofSeconds(30), world.random()), INTERVAL, DRIVE_ROUNDS,
                new IntakeFirst(() -> world.random().nextInt(REQUESTS), REQUESTS / 2, Duration.ofSeconds(2), clock), meters,
                new Reconciling(running, (organizationId, resourceId, planId) ->
                        catalog.resolveStop(organizationId, resourceId, planId).pin(), wait(world)), Traces.NONE),
                executor, scheduler);
        shared = world.settings().leased() ? Optional.of(new SharedPartitions(log, drivers, new SharingEnvironment(machine.name(),
                store, world.settings().leases(), machine::nanos, this::share))) : Optional.empty();
        sharing = shared.<Sharing>map(leases -> leases).orElseGet(() -> Sharing.none(log, drivers));
        TermsSource terms = TermsSource.of(
                (organizationId, resourceId, planId) -> terms(catalog.resolve(organizationId, resourceId, planId)),
                (organizationId, resourceId, planId) -> terms(catalog.resolveStop(organizationId, resourceId, planId)));
        intake = new UsageIntake(terms, log, store, times.lateness(), clock, wait(world));
        snapshots = new SnapshotIntake(terms, log, store, times.lateness(), clock, wait(world));
        dispositions = new Dispositions(log, log.documents());
        Duration every = Duration.ofMillis(world.settings().sweep());
        sweep = new PipelineSweep(log, drivers, executor, sharing,
                new PipelineSweep.Pace(every, world.settings().look(), every));
        sweep.start();
        world.fibers().start(machine, 0, this::sweepFromTimeToTime);
    }

    private static TermsSource.Terms terms(Terms terms) {
        return new TermsSource.Terms(terms.pin(), terms.plan());
    }

    static Catalog catalog(DocumentStore store, Clock clock) {
        return new Catalog(store, clock, new AccountProperties(false, "1234", "USA", null),
                new CatalogProperties(Duration.ofSeconds(10), false));
    }

    private static AppendWait wait(World world) {
        return appends -> {
            Fiber me = world.fibers().current();
            boolean[] waiting = {true};
            appends.whenComplete((done, failure) -> {
                if (waiting[0]) {
                    world.fibers().wake(me);
                }
            });
            if (!appends.isDone()) {
                world.fibers().park(APPEND_TIMEOUT);
            }
            waiting[0] = false;
        };
    }

    private void sweepFromTimeToTime() {
        while (sweep.running()) {
            world.pause(world.settings().sweep());
            sweep.run();
        }
    }

    /** Sweeps now, rather than when it is time. */
    void trim() {
        world.fibers().start(machine, 0, sweep::run);
    }

    /** Takes in a body of usages, or of events of a kind, as a client sends it. */
    List<UsageResult> submit(Event.Kind kind, byte[] body) {
        return intake.submit((kind == null ? reader.read(body) : events.read(kind, body)).readings());
    }

    /** Takes in a snapshot as a client sends it. */
    void submit(SnapshotBody body) {
        snapshots.take(body, results -> { });
    }

    /** What became of a usage, as this collector sees it. */
    Dispositions.Located status(int partition, long position) {
        return dispositions.of(partition, position);
    }

    Catalog catalog() {
        return catalog;
    }

    @Override
    public BooleanSupplier stop(Machine stopped) {
        sweep.stop();
        drivers.stop();
        CompletableFuture<Void> appended = log.stop();
        boolean[] left = {false};
        world.fibers().start(stopped, 0, () -> {
            for (int tries = 0; tries < DRAINING && !(appended.isDone() && drivers.idle()); tries++) {
                world.pause(STEP);
            }
            // A thread would wait for the one that beats; a fiber that waited for another's lock would hold up all.
            while (beating > 0) {
                world.pause(STEP);
            }
            sharing.stop();
            left[0] = true;
        });
        return () -> left[0] && appended.isDone() && drivers.idle();
    }

    private void share(Duration delay, Runnable task) {
        world.fibers().start(machine, delay.toMillis(), () -> {
            beating++;
            try {
                task.run();
            } finally {
                beating--;
            }
        });
    }

    /** How it shares the partitions; empty when it drives all. */
    Optional<SharedPartitions> shared() {
        return shared;
    }

    /** What it shows to be left to be driven. */
    Backlog backlog() {
        return log.backlog();
    }
}
