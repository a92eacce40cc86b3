package io.quipu.collector.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.log.Collector;
import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.DedupMark;
import io.quipu.collector.log.LogTrimmer;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.ManualClock;
import io.quipu.collector.log.Samples;
import io.quipu.collector.log.Segment;
import io.quipu.collector.log.UsageLog.Appended;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Crash;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Two collectors with skewed clocks, their drivers and a trimmer on one store, driven by a seed: calls fail or die, writes
 * arrive late, and any call may be overtaken by another actor's whole turn. In the end, what clients were told is accepted
 * was delivered, once per key, in log order.
 */
class LogSimulationTest {

    private static final int SEEDS = Integer.getInteger("quipu.simulation.seeds", 400);
    private static final int STEPS = 250;
    private static final int MAX_NESTING = 3;

    @Test
    void acceptedUsageIsDeliveredOncePerKeyInLogOrder() {
        int faults = 0;
        int accepted = 0;
        int trimmed = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            try {
                simulation.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            faults += simulation.faults;
            accepted += simulation.accepted.size();
            trimmed += simulation.trimmed() ? 1 : 0;
        }
        System.out.printf("%d seeds from 0: %d faults, %d keys accepted, trimmed in %d%n", SEEDS, faults, accepted,
                trimmed);
        assertThat(faults).isGreaterThan(SEEDS);
        assertThat(accepted).isGreaterThan(SEEDS);
        assertThat(trimmed).isGreaterThan(0);
    }

    private static final class Simulation {
        final Random random;
        final FaultyStore store = new FaultyStore();
        final FoldingStage stage = new FoldingStage();
        final Pipeline[] pipelines = new Pipeline[2];
        final long[] skew = new long[2];
        final Map<CompletableFuture<List<Appended>>, String> pending = new HashMap<>();
        final Set<String> accepted = new HashSet<>();
        final List<String> keys = new ArrayList<>();
        long now = ManualClock.NOON;
        int faults;
        int nesting;
        boolean calm;

        Simulation(long seed) {
            random = new Random(seed);
            skew[1] = random.nextInt(-120_000, 120_000);
            start(0);
            start(1);
            store.faults(this::fault);
            stage.rejects = usage -> usage.origin().end() % 7 == 0;
            stage.before = (call, batch) -> lose();
            stage.after = (call, batch) -> lose();
        }

        void start(int process) {
            Collector collector = new Collector(store, 1, 1_000_000, Duration.ZERO);
            pipelines[process] = new Pipeline(collector, stage);
            setClock(process);
            collector.log.open();
        }

        void setClock(int process) {
            pipelines[process].collector.clock.set(now + skew[process]);
        }

        Fault fault(int call, boolean write, List<String> keys) {
            if (calm) {
                return Fault.NONE;
            }
            if (nesting < MAX_NESTING && random.nextInt(8) == 0) {
                nesting++;
                try {
                    step();
                } finally {
                    nesting--;
                }
            }
            if (!store.lost().isEmpty() && random.nextInt(10) == 0) {
                Write late = store.lost().remove(random.nextInt(store.lost().size()));
                store.apply(late);
            }
            if (random.nextInt(50) != 0) {
                return Fault.NONE;
            }
            faults++;
            return Fault.values()[1 + random.nextInt(Fault.values().length - 1)];
        }

        void lose() {
            if (!calm && random.nextInt(20) == 0) {
                faults++;
                if (random.nextInt(4) == 0) {
                    throw new Crash();
                }
                throw new StageUnavailableException("lost", null);
            }
        }

        /** One actor's turn; who dies is started anew. */
        void step() {
            int process = random.nextInt(2);
            Pipeline pipeline = pipelines[process];
            try {
                switch (random.nextInt(11)) {
                    case 0, 1, 2 -> submit(pipeline);
                    case 3, 4, 5 -> pipeline.collector.executor.runOne();
                    case 6, 7 -> pipeline.executor.runOne();
                    case 8 -> {
                        now += random.nextInt(20) == 0 ? Duration.ofDays(3).toMillis() : random.nextInt(10_000);
                        setClock(0);
                        setClock(1);
                        pipeline.scheduler.runAll();
                        pipeline.drivers.wake(0);
                    }
                    case 9 -> expireMarks(pipeline);
                    default -> new LogTrimmer(pipeline.collector.log.documents(), pipeline.collector.log.times()).trim(0);
                }
            } catch (Crash crash) {
                if (pipelines[process] == pipeline) {
                    start(process);
                }
            } catch (StoreException later) {
                // The next pass goes on.
            }
        }

        void submit(Pipeline pipeline) {
            String key = keys.isEmpty() || random.nextInt(4) > 0
                    ? keys.size() + "@" + (now - random.nextInt(1_000_000))
                    : keys.get(random.nextInt(keys.size()));
            if (!keys.contains(key)) {
                keys.add(key);
            }
            LoggedUsage usage = Samples.usageOfInstance(key, end(key));
            pending.put(pipeline.collector.log.append(0, List.of(usage)), key);
        }

        /** A mark may go once its usage's end is older than the log time at the cursor less slack and an hour. */
        void expireMarks(Pipeline pipeline) {
            Cursor cursor = pipeline.collector.log.documents().cursor(0).document();
            if (cursor.position() < 0) {
                return;
            }
            Optional<Segment> segment = pipeline.collector.log.read(0,
                    Position.segment(cursor.position()));
            if (segment.isEmpty()) {
                // Trimmed since the cursor was read.
                return;
            }
            long before = segment.get().time() - Duration.ofHours(49).toMillis();
            keys.stream().filter(key -> end(key) < before)
                    .map(key -> DedupMark.key(Samples.usageOfInstance(key, end(key))))
                    .forEach(store.documents()::remove);
        }

        static long end(String key) {
            return Long.parseLong(key.substring(key.indexOf('@') + 1));
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            calm = true;
            now += Duration.ofMinutes(5).toMillis();
            for (int process = 0; process < 2; process++) {
                start(process);
                pipelines[process].collector.executor.runAll();
                pipelines[process].finish();
            }
            check();
        }

        void check() {
            pending.forEach((result, key) -> {
                if (result.isDone() && !result.isCompletedExceptionally()
                        && result.join().get(0) instanceof Appended.Accepted) {
                    accepted.add(key);
                }
            });
            List<String> delivered = stage.folded.stream().map(usage -> usage.origin().resourceInstanceId()).toList();
            assertThat(delivered).doesNotHaveDuplicates();
            assertThat(stage.positions()).isSorted();
            Set<String> lost = new HashSet<>(accepted);
            lost.removeIf(key -> end(key) % 7 == 0);
            lost.removeAll(delivered);
            assertThat(lost).as("accepted, not delivered").isEmpty();
            long rejections = store.documents().keySet().stream().filter(key -> key.startsWith("rejected/")).count();
            assertThat(rejections).isGreaterThanOrEqualTo(accepted.stream().filter(key -> end(key) % 7 == 0).count());
        }

        boolean trimmed() {
            return pipelines[0].collector.log.lowestKept(0) > 0;
        }
    }
}
