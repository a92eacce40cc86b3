package io.quipu.collector.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.collector.lease.Signal;
import io.quipu.collector.lease.SignalBoard;
import io.quipu.collector.log.LogEnvironment;
import io.quipu.collector.log.LogSettings;
import io.quipu.collector.log.ManualClock;
import io.quipu.collector.log.Samples;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.memory.InMemoryStore;
import io.quipu.common.usage.Keys;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharedPartitionsTest {

    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(1_250);

    private final VirtualTime time = new VirtualTime();
    private final InMemoryStore store = new InMemoryStore(Clock.systemUTC());
    private final FoldingStage stage = new FoldingStage();

    private SharingMachine machine(String id) {
        return machine(id, Duration.ZERO);
    }

    private SharingMachine machine(String id, Duration ahead) {
        return new SharingMachine(time, store, stage, id, ahead);
    }

    private static List<Integer> all() {
        return IntStream.range(0, SharingMachine.PARTITIONS).boxed().toList();
    }

    private static int of(SharingMachine holder) {
        return holder.held().get(0);
    }

    @Test
    void oneDrivesAllAndTwoShareThemWithinTenSeconds() {
        SharingMachine a = machine("a");
        assertThat(a.held()).isEqualTo(all());
        time.pass(Duration.ofMinutes(1));
        SharingMachine b = machine("b");
        Duration shared = time.passUntil(TEN_SECONDS, () -> a.held().size() == 32 && b.held().size() == 32);

        assertThat(shared).isLessThan(TEN_SECONDS);
        System.out.println("64 partitions are shared 32/32 after " + shared.toMillis() + " ms");
        assertThat(a.held()).doesNotContainAnyElementsOf(b.held());
        assertThat(a.gauge("quipu.collector.instances")).isEqualTo(2);
        assertThat(a.gauge("quipu.collector.partitions")).isEqualTo(32);
    }

    @Test
    void whenOneFallsSilentTheOtherDrivesAllWithinTenSecondsAndLosesNothing() {
        Duration longest = Duration.ZERO;
        for (int later = 0; later < 40; later++) {
            SharingMachine a = machine("a" + later);
            time.pass(Duration.ofMillis(700));
            SharingMachine b = machine("b" + later);
            time.pass(Duration.ofMillis(5_000 + 137 * later));
            int before = stage.folded.size();
            // accepted, and nobody knows: it dies before it has driven or signalled anything
            a.append(of(a), later + "own");
            a.append(of(b), later + "other");
            time.passUntil(POLL, () -> a.log.backlog().end(of(b)).sequence() > b.log.backlog().end(of(b)).sequence());
            a.kill();
            Duration taken = time.passUntil(TEN_SECONDS, () -> b.held().size() == 64);
            longest = taken.compareTo(longest) > 0 ? taken : longest;
            assertThat(taken).isLessThan(TEN_SECONDS);
            time.pass(Duration.ofSeconds(2));
            assertThat(stage.folded).hasSize(before + 2);
            b.stop();
            time.pass(Duration.ofSeconds(1));
        }
        System.out.println("a silent instance is replaced after " + longest.toMillis() + " ms at most");
    }

    @Test
    void whoStopsGivesItsPartitionsAwayAtOnce() {
        SharingMachine a = machine("a");
        SharingMachine b = machine("b");
        time.pass(TEN_SECONDS);
        a.append(of(a), "own");
        a.append(of(b), "other");
        a.stop();

        Duration taken = time.passUntil(TEN_SECONDS, () -> b.held().size() == 64);
        assertThat(taken).as("the next beat").isLessThanOrEqualTo(Duration.ofMillis(1_500));
        time.pass(Duration.ofSeconds(2));
        assertThat(stage.folded).hasSize(2);
    }

    @Test
    void whatOneAppendsToAnothersPartitionIsDrivenThereWithinThePoll() {
        SharingMachine a = machine("a");
        SharingMachine b = machine("b");
        time.pass(Duration.ofMinutes(5));
        int partition = of(b);
        for (int i = 0; i < 20; i++) {
            time.pass(Duration.ofMillis(1_337));
            a.append(partition, "u" + i);
            int expected = i + 1;
            Duration driven = time.passUntil(TEN_SECONDS, () -> stage.folded.size() == expected);
            assertThat(driven).isLessThanOrEqualTo(POLL.plusMillis(50));
        }
        assertThat(settled(b)).isEqualTo(20);
        assertThat(settled(a)).isZero();
    }

    private static double settled(SharingMachine machine) {
        return machine.meters.get("quipu.driver.usages").tag("result", "processed").counter().count();
    }

    @Test
    void signalIsRaisedOnceForManyAppends() {
        SharingMachine a = machine("a");
        SharingMachine b = machine("b");
        time.pass(Duration.ofMinutes(1));
        long version = store.get(Keys.signal()).map(d -> d.version()).orElse(0L);
        assertThat(version).as("nothing was signalled yet").isZero();
        long before = a.store.documentsWritten;
        for (int i = 0; i < 100; i++) {
            a.append(b.held().get(i % 32), "u" + i);
            time.pass(Duration.ofMillis(10));
        }
        time.pass(POLL);
        long others = 100 + 2;
        assertThat(a.store.documentsWritten - before - others).as("signals: one in 200 ms").isBetween(4L, 8L);
        assertThat(stage.folded).hasSize(100);
    }

    @Test
    void backlogIsTheSharedOneOnEachInstance() {
        SharingMachine a = machine("a");
        SharingMachine b = machine("b");
        time.pass(TEN_SECONDS);
        stage.before = (call, batch) -> {
            throw new IllegalStateException("not now");
        };
        a.append(of(a), "1", "2");
        a.append(of(b), "3", "4", "5");
        b.append(b.held().get(1), "6");
        time.pass(Duration.ofSeconds(4));
        for (SharingMachine machine : List.of(a, b)) {
            assertThat(machine.gauge("quipu.collector.backlog.usages")).isEqualTo(6);
            assertThat(machine.gauge("quipu.collector.backlog.per.instance.usages")).isEqualTo(3);
            assertThat(machine.gauge("quipu.collector.oldest.unprocessed")).isBetween(3.9, 4.1);
        }
        a.kill();
        time.pass(TEN_SECONDS);
        assertThat(b.gauge("quipu.collector.backlog.usages")).isEqualTo(6);
        assertThat(b.gauge("quipu.collector.backlog.per.instance.usages")).isEqualTo(6);
        assertThat(b.gauge("quipu.driver.stuck")).isEqualTo(3);
        SharingMachine c = machine("c");
        time.pass(Duration.ofSeconds(40));
        assertThat(b.gauge("quipu.driver.stuck") + c.gauge("quipu.driver.stuck")).as("counted by who drives").isEqualTo(3);
        assertThat(c.gauge("quipu.collector.backlog.usages")).isEqualTo(6);

        stage.before = (call, batch) -> { };
        time.pass(Duration.ofSeconds(40));
        assertThat(stage.folded).hasSize(6);
        for (SharingMachine machine : List.of(b, c)) {
            assertThat(machine.gauge("quipu.collector.backlog.usages")).isZero();
            assertThat(machine.gauge("quipu.collector.oldest.unprocessed")).isZero();
        }
    }

    @Test
    void sharedBacklogDoesNotFallWhenPartitionsMove() {
        SharingMachine a = machine("a");
        SharingMachine b = machine("b");
        time.pass(TEN_SECONDS);
        stage.before = (call, batch) -> {
            throw new StageUnavailableException("away", null);
        };
        a.held().forEach(partition -> a.append(partition, "u" + partition));
        time.pass(Duration.ofSeconds(4));
        time.pass(Duration.ofMillis(400));
        SharingMachine c = machine("c");
        for (int step = 0; step < 1_000; step++) {
            time.pass(Duration.ofMillis(10));
            for (SharingMachine machine : List.of(a, b, c)) {
                assertThat(machine.gauge("quipu.collector.backlog.usages")).isBetween(32.0, 64.0);
                assertThat(machine.gauge("quipu.collector.oldest.unprocessed")).isGreaterThan(4);
            }
        }
        assertThat(c.held()).hasSize(21);
        for (SharingMachine machine : List.of(a, b, c)) {
            assertThat(machine.gauge("quipu.collector.backlog.usages")).isEqualTo(32);
        }
    }

    @Test
    void clocksMayDifferByTenMinutes() {
        SharingMachine ahead = machine("ahead", Duration.ofMinutes(5));
        SharingMachine behind = machine("behind", Duration.ofMinutes(-5));
        time.pass(TEN_SECONDS);
        assertThat(ahead.held()).hasSize(32);
        assertThat(behind.held()).hasSize(32);
        time.pass(Duration.ofMinutes(10));
        assertThat(behind.gauge("quipu.collector.instances")).isEqualTo(2);
        behind.append(of(ahead), "a");
        time.pass(Duration.ofSeconds(2));
        assertThat(stage.folded).hasSize(1);
        behind.kill();
        assertThat(time.passUntil(TEN_SECONDS, () -> ahead.held().size() == 64)).isLessThan(TEN_SECONDS);
    }

    @Test
    void whoCannotRenewGoesOnWithWhatItHadAndTheOthersTakeOver() {
        SharingMachine a = machine("a");
        SharingMachine b = machine("b");
        time.pass(TEN_SECONDS);
        a.store.away = Keys.leases()::equals;
        time.pass(TEN_SECONDS);
        assertThat(a.held()).hasSize(32);
        assertThat(b.held()).hasSize(64);
        int both = of(a);
        for (int i = 0; i < 50; i++) {
            a.append(both, "a" + i);
            b.append(both, "b" + i);
            time.pass(Duration.ofMillis(30));
        }
        time.pass(TEN_SECONDS);
        assertThat(stage.folded).as("two drivers of one partition").hasSize(100).doesNotHaveDuplicates();

        a.store.away = key -> false;
        time.pass(TEN_SECONDS);
        assertThat(a.held()).hasSize(32);
        assertThat(b.held()).hasSize(32).doesNotContainAnyElementsOf(a.held());
    }

    @Test
    void exactThoughPartitionsMoveUnderLoad() {
        SharingMachine a = machine("a");
        SharingMachine b = null;
        int usages = 0;
        for (int i = 0; i < 3_000; i++) {
            SharingMachine at = b == null || i % 2 == 0 ? a : b;
            at.append(i % 7, "u" + i);
            usages++;
            time.pass(Duration.ofMillis(20));
            if (i % 500 == 100) {
                b = machine("b" + i);
            } else if (i % 500 == 350) {
                b.stop();
                b = null;
            }
        }
        time.pass(TEN_SECONDS);
        assertThat(stage.folded).hasSize(usages).doesNotHaveDuplicates();
        assertThat(a.gauge("quipu.collector.backlog.usages")).isZero();
    }

    @Test
    void lostPartitionIsNoLongerTriedAgain() {
        SharingMachine a = machine("a");
        time.pass(TEN_SECONDS);
        stage.before = (call, batch) -> {
            throw new StageUnavailableException("away", null);
        };
        all().forEach(partition -> a.append(partition, "u" + partition));
        time.pass(Duration.ofSeconds(3));
        SharingMachine b = machine("b");
        time.pass(Duration.ofSeconds(40));
        List<Integer> lost = b.held();
        for (int partition : lost) {
            assertThat(a.drivers.state(partition)).isEqualTo(DriverLoop.State.IDLE);
        }
        stage.before = (call, batch) -> { };
        time.pass(Duration.ofSeconds(90));
        assertThat(stage.folded).hasSize(64);
    }

    @Test
    void idleInstanceReadsLessThanTwiceASecond() {
        assertThat(readsPerSecond(1, true)[0]).isLessThan(2);
    }

    @Test
    void twoIdleInstancesReadLessThanTwiceASecondEach() {
        for (double reads : readsPerSecond(2, true)) {
            assertThat(reads).isLessThan(2);
        }
    }

    @Test
    void idleProcessWithAStoreOfItsOwnHardlyReads() {
        assertThat(readsPerSecond(1, false)[0]).isLessThan(0.5);
        assertThat(store.get(Keys.leases())).isEmpty();
        assertThat(store.get(Keys.signal())).isEmpty();
    }

    /** In the hour after a start, of a log in which every partition has usage. */
    private double[] readsPerSecond(int instances, boolean leases) {
        SharingMachine before = new SharingMachine(time, store, stage, "before", Duration.ZERO, leases);
        all().forEach(partition -> before.append(partition, "u" + partition));
        time.pass(Duration.ofSeconds(5));
        assertThat(stage.folded).hasSize(64);
        before.stop();
        List<SharingMachine> machines = IntStream.range(0, instances)
                .mapToObj(i -> new SharingMachine(time, store, stage, "m" + i, Duration.ZERO, leases)).toList();
        time.pass(TEN_SECONDS);
        long[] reads = machines.stream().mapToLong(machine -> machine.store.documentsRead).toArray();
        long[] writes = machines.stream().mapToLong(machine -> machine.store.documentsWritten).toArray();
        time.pass(Duration.ofHours(1));
        double[] perSecond = new double[instances];
        for (int i = 0; i < instances; i++) {
            perSecond[i] = (machines.get(i).store.documentsRead - reads[i]) / 3_600.0;
            System.out.printf("idle, %d instances%s: instance %d reads %.2f documents a second, writes %.2f%n", instances,
                    leases ? "" : " without leases", i, perSecond[i],
                    (machines.get(i).store.documentsWritten - writes[i]) / 3_600.0);
            assertThat(machines.get(i).meters.get("quipu.collector.empty.reads").counter().count()).isPositive();
        }
        return perSecond;
    }

    @Test
    void whoLosesARaceBeatsAtAnotherTimeFromThenOn() {
        SharingMachine a = machine("a");
        SharingMachine b = machine("b");
        time.pass(Duration.ofMillis(100));
        boolean[] between = {false};
        int[] calls = {0};
        b.store.away = key -> {
            // b has read the leases and is about to write them
            if (key.equals(Keys.leases()) && ++calls[0] == 2) {
                between[0] = true;
                ((SharedPartitions) a.sharing).beat();
            }
            return false;
        };
        time.passUntil(TEN_SECONDS, () -> between[0]);
        assertThat(calls[0]).as("read, write, and both again").isEqualTo(4);
        assertThat(time.passUntil(TEN_SECONDS, () -> calls[0] > 4)).isEqualTo(Duration.ofMillis(1_125));
        assertThat(time.passUntil(TEN_SECONDS, () -> calls[0] > 6)).isEqualTo(Duration.ofMillis(1_500));
    }

    @Test
    void limitIsOfTheSharedBacklog() {
        SharingMachine a = machine("a");
        SharingMachine b = machine("b");
        time.pass(TEN_SECONDS);
        stage.before = (call, batch) -> {
            throw new StageUnavailableException("away", null);
        };
        for (int i = 0; i < 100; i++) {
            int call = i;
            a.log.append(of(a), IntStream.range(0, 1_000).mapToObj(u -> Samples.usage(call + "-" + u, ManualClock.NOON, "1"))
                    .toList());
            time.pass(Duration.ofMillis(10));
        }
        time.pass(Duration.ofSeconds(4));
        assertThat(b.append(of(b), "one more").handle((ok, refused) -> refused.getMessage()).join())
                .contains("100000 usages are accepted and not processed yet");
    }

    @Test
    void whatCannotBeSignalledForWhateverReasonIsSignalledLater() {
        SharingMachine a = machine("a");
        SharingMachine b = machine("b");
        time.pass(TEN_SECONDS);
        a.store.away = key -> {
            if (key.equals(Keys.signal())) {
                throw new IllegalStateException("not to be read");
            }
            return false;
        };
        a.append(of(b), "1");
        time.pass(TEN_SECONDS);
        assertThat(stage.folded).isEmpty();
        a.store.away = key -> false;
        time.pass(Duration.ofSeconds(4));
        assertThat(stage.folded).hasSize(1);
    }

    @Test
    void whoCannotSignalWhenItStopsGivesItsPartitionsAwayAllTheSame() {
        SharingMachine a = machine("a");
        SharingMachine b = machine("b");
        time.pass(TEN_SECONDS);
        a.store.away = key -> {
            if (key.equals(Keys.signal())) {
                throw new IllegalStateException("not to be read");
            }
            return false;
        };
        a.append(of(b), "1");
        a.stop();

        assertThat(time.passUntil(TEN_SECONDS, () -> b.held().size() == 64)).isLessThanOrEqualTo(Duration.ofMillis(1_500));
        time.pass(Duration.ofSeconds(2));
        assertThat(stage.folded).as("b has looked").hasSize(1);
    }

    @Test
    void partitionThatCannotBeFoundOutAboutHoldsUpNoOther() {
        SharingMachine a = machine("a");
        SharingMachine b = machine("b");
        time.pass(TEN_SECONDS);
        stage.before = (call, batch) -> {
            throw new StageUnavailableException("away", null);
        };
        b.drivers.stop();
        List<Integer> gained = a.held();
        gained.forEach(partition -> a.append(partition, "u" + partition));
        time.pass(Duration.ofSeconds(3));
        b.store.away = key -> {
            if (gained.stream().limit(31).anyMatch(partition -> key.equals(Keys.trim(partition)))) {
                throw new IllegalStateException("the cursor is where there is no segment");
            }
            return false;
        };
        a.kill();
        time.pass(TEN_SECONDS);
        assertThat(b.log.backlog().usages(gained.get(31))).isEqualTo(1);
        assertThat(b.log.backlog().usages(gained.get(0))).isZero();
        b.store.away = key -> false;
        time.pass(Duration.ofSeconds(2));
        assertThat(b.gauge("quipu.collector.backlog.usages")).isEqualTo(32);
    }

    /** Between the look of the driver and the finding of the end: known by then, the signal of it is no news. */
    @Test
    void whatIsAppendedWhileAPartitionIsGainedIsDriven() {
        SharingMachine a = machine("a");
        SharingMachine b = machine("b");
        time.pass(TEN_SECONDS);
        int partition = of(a);
        StoredUsageLog another = new StoredUsageLog(new LogSettings(SharingMachine.PARTITIONS, 100_000, 1, b.log.times()),
                new LogEnvironment(store, Runnable::run, b.log.clock(), () -> "another", new SimpleMeterRegistry()));
        a.kill();
        int[] reads = {0};
        b.store.away = key -> {
            // the driver's, then the finder's
            if (key.equals(Keys.cursor(partition)) && ++reads[0] == 2) {
                another.append(partition, List.of(Samples.usage("between")));
            }
            return false;
        };
        time.passUntil(TEN_SECONDS, () -> reads[0] > 1);
        new SignalBoard(store).raise(Map.of(partition, new Signal.End(1, b.log.clock().millis())));

        time.pass(TEN_SECONDS);
        assertThat(reads[0]).isGreaterThan(1);
        assertThat(stage.folded).hasSize(1);
    }
}
