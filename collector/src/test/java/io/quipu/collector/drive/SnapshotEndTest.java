package io.quipu.collector.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.intake.AppendWait;
import io.quipu.collector.log.Collector;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.ManualClock;
import io.quipu.collector.log.Samples;
import io.quipu.common.running.Reconciled;
import io.quipu.common.running.SnapshotQuery;
import io.quipu.common.running.Unlisted;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Crash;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Position;
import io.quipu.common.web.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What drivers do at the end of a complete snapshot. */
class SnapshotEndTest {

    private static final Pin STOPPED = new Pin("account", "USA", "USD", "container", "plan-of-stops");
    private static final int MAX_CALLS = 60;

    /** Collectors on one store, and an accumulator that knows what runs: what is unlisted and not yet gone. */
    private static final class World {
        final FaultyStore store = new FaultyStore();
        final FoldingStage stage = new FoldingStage();
        final List<Unlisted.Instance> running = new ArrayList<>();
        final List<SnapshotQuery> asked = new ArrayList<>();
        final int partitions;
        Runnable onAsked = () -> { };
        Runnable onAnswered = () -> { };
        Collector collector;
        Pipeline pipeline;
        AppendWait wait;
        StopPins pins = (organizationId, resourceId, planId) -> STOPPED;

        World(int partitions) {
            this.partitions = partitions;
            start();
        }

        /** Starts a process. */
        void start() {
            collector = new Collector(store, partitions, 1_000_000, Duration.ofDays(400));
            Collector started = collector;
            wait = appends -> started.executor.runAll();
            pipeline = new Pipeline(collector, stage, Duration.ZERO, new Reconciling((query, unlisted) -> {
                asked.add(query);
                onAsked.run();
                running.stream().filter(instance -> stage.folded.stream().noneMatch(folded -> gone(folded, instance)))
                        .forEach(instance -> unlisted.accept(List.of(instance)));
                onAnswered.run();
                return Reconciled.Counts.NONE;
            }, (organizationId, resourceId, planId) -> pins.find(organizationId, resourceId, planId),
                    appends -> wait.await(appends)));
        }

        private static boolean gone(CollectedUsage folded, Unlisted.Instance instance) {
            return folded.event() != null && folded.event().kind() == Event.Kind.GONE
                    && folded.origin().resourceInstanceId().equals(instance.resourceInstanceId());
        }

        void runs(String organizationId, String... instances) {
            for (String instance : instances) {
                running.add(new Unlisted.Instance(organizationId, "space", "app", "basic", instance));
            }
        }

        void append(int partition, LoggedUsage... usages) {
            collector.log.append(partition, List.of(usages));
            collector.executor.runAll();
        }

        long cursor() {
            return collector.log.documents().cursor(0).document().position();
        }

        List<String> folded() {
            return stage.folded.stream().map(usage -> (usage.event() == null ? "usage" : usage.event().kind()) + " "
                    + usage.origin().resourceInstanceId()).toList();
        }
    }

    private static LoggedUsage event(Event.Kind kind, String instance) {
        LoggedUsage usage = Samples.usageOfInstance(instance, ManualClock.NOON);
        return new LoggedUsage(usage.origin(), usage.pin(), usage.measuredUsage(), null, null, new Event(kind, "s"), null);
    }

    private static LoggedUsage end() {
        return LoggedUsage.complete("org", "object-storage", ManualClock.NOON, "s");
    }

    @Test
    void whatIsNotListedIsGoneOnceAllBeforeTheEndIsCommittedAndBeforeTheCursorPassesIt() {
        World world = new World(1);
        world.runs("org", "x", "y");
        world.onAsked = () -> {
            assertThat(world.folded()).containsExactly("SNAPSHOT a");
            assertThat(world.cursor()).isEqualTo(Position.of(0, 0));
        };
        world.append(0, event(Event.Kind.SNAPSHOT, "a"), end(), event(Event.Kind.START, "b"));
        world.pipeline.finish();

        assertThat(world.asked).containsExactly(new SnapshotQuery("org", null, "object-storage", ManualClock.NOON, "s"));
        assertThat(world.folded()).containsExactly("SNAPSHOT a", "START b", "GONE x", "GONE y");
        CollectedUsage gone = world.stage.folded.get(2);
        assertThat(gone.event()).isEqualTo(new Event(Event.Kind.GONE, "s"));
        assertThat(gone.pin()).isEqualTo(STOPPED);
        assertThat(gone.measuredUsage()).isEmpty();
        assertThat(gone.origin().organizationId() + gone.origin().spaceId() + gone.origin().consumerId()
                + gone.origin().resourceId() + gone.origin().planId()).isEqualTo("orgspaceappobject-storagebasic");
        assertThat(List.of(gone.origin().start(), gone.origin().end())).containsOnly(ManualClock.NOON);
        assertThat(world.cursor()).isEqualTo(Position.of(1, 1));
        assertThat(world.collector.log.backlog().usages()).isZero();
        assertThat(world.pipeline.settled("processed")).as("the end is no usage").isEqualTo(4);
        assertThat(world.pipeline.settled("duplicate")).isZero();
    }

    @Test
    void nothingIsSentWhereNothingIsMissing() {
        World world = new World(1);
        world.append(0, end());
        world.pipeline.finish();
        assertThat(world.cursor()).isZero();
        assertThat(world.stage.sent).isEmpty();
        assertThat(world.pipeline.settled("processed")).isZero();
    }

    @Test
    void theSameEndAgainIsADuplicateThatIsNotCounted() {
        World world = new World(1);
        world.append(0, end(), end());
        world.pipeline.finish();
        assertThat(world.asked).hasSize(1);
        assertThat(world.cursor()).isEqualTo(Position.of(0, 1));
        assertThat(world.pipeline.settled("duplicate")).isZero();
    }

    @Test
    void aSnapshotOfAllEndsInEveryPartition() {
        World world = new World(4);
        int partition = world.collector.log.partition("org");
        world.onAsked = () -> world.running.removeIf(instance -> world.asked.get(world.asked.size() - 1).partition() != partition);
        for (int p = 0; p < 4; p++) {
            world.append(p, LoggedUsage.completeOfAll(p, "object-storage", ManualClock.NOON, null));
        }
        world.pipeline.finish();
        assertThat(world.asked).extracting(SnapshotQuery::partition).containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(world.asked).extracting(SnapshotQuery::organizationId).containsOnlyNulls();
    }

    @Test
    void manyAreClosedAThousandAtATime() {
        World world = new World(1);
        world.runs("org", many(2_500));
        List<Integer> waited = new ArrayList<>();
        AppendWait run = world.wait;
        world.wait = appends -> {
            int before = world.collector.segment(0).usage().size();
            run.await(appends);
            waited.add(before);
        };
        world.append(0, end());
        world.pipeline.finish();
        assertThat(waited).hasSize(3);
        assertThat(world.collector.segment(1).usage()).hasSize(1_000);
        assertThat(world.collector.segment(3).usage()).hasSize(500);
        assertThat(world.stage.folded).hasSize(2_500);
    }

    @Test
    void anAccumulatorThatIsAwayHoldsUpItsPartitionOnly() {
        World world = new World(4);
        int[] failures = new int[1];
        world.onAsked = () -> {
            if (failures[0]++ < 3) {
                throw new StageUnavailableException("away", null);
            }
        };
        world.append(0, end(), event(Event.Kind.START, "behind"));
        world.append(1, event(Event.Kind.START, "other"));
        world.pipeline.run();
        assertThat(world.folded()).containsExactly("START other");
        assertThat(world.cursor()).isEqualTo(Position.NONE);
        world.append(1, event(Event.Kind.START, "another"));
        world.pipeline.run();
        assertThat(world.folded()).containsExactly("START other", "START another");
        assertThat(world.pipeline.breaker.getMetrics().getNumberOfFailedCalls()).as("of the meter").isZero();
        world.pipeline.finish();
        assertThat(world.asked).hasSize(4);
        assertThat(world.folded()).containsExactly("START other", "START another", "START behind");
    }

    @Test
    void anAnswerThatIsCutAppendsNothing() {
        World world = new World(1);
        world.runs("org", many(SnapshotEnd.MAX_HELD));
        int[] cuts = new int[1];
        world.onAnswered = () -> {
            if (cuts[0]++ < 3) {
                throw new StageUnavailableException("cut", null);
            }
        };
        world.append(0, end());
        world.pipeline.run();
        assertThat(world.collector.log.read(0, 1)).isEmpty();
        world.pipeline.finish();
        assertThat(cuts[0]).isEqualTo(4);
        assertThat(world.stage.folded).hasSize(SnapshotEnd.MAX_HELD);
        assertThat(world.pipeline.settled("duplicate")).isZero();
        assertThat(world.collector.log.read(0, 21)).isEmpty();
    }

    @Test
    void ofAnAnswerThatIsTooLongToBeHeldWhatIsHeldIsAppended() {
        World world = new World(1);
        world.runs("org", many(SnapshotEnd.MAX_HELD + 1));
        world.onAnswered = () -> {
            assertThat(world.collector.segment(20).usage()).hasSize(1_000);
            assertThat(world.collector.log.read(0, 21)).isEmpty();
        };
        world.append(0, end());
        world.pipeline.finish();
        assertThat(world.collector.segment(21).usage()).hasSize(1);
        assertThat(world.stage.folded).hasSize(SnapshotEnd.MAX_HELD + 1);
    }

    private static String[] many(int instances) {
        return IntStream.range(0, instances).mapToObj(i -> "i" + i).toArray(String[]::new);
    }

    @Test
    void termsThatCannotBeToldNowAreAskedForAgain() {
        World world = new World(1);
        world.runs("org", "x");
        int[] asked = new int[1];
        world.pins = (organizationId, resourceId, planId) -> {
            if (asked[0]++ == 0) {
                throw Problem.unavailable("contended", "Others keep changing it; try again", Duration.ofSeconds(1));
            }
            return STOPPED;
        };
        world.append(0, end());
        world.pipeline.run();
        assertThat(world.pipeline.stuck()).isZero();
        assertThat(world.collector.meters.get("quipu.driver.retries").tag("reason", "store").counter().count()).isOne();
        assertThat(world.cursor()).isEqualTo(Position.NONE);
        world.pipeline.finish();
        assertThat(world.folded()).containsExactly("GONE x");
        assertThat(asked[0]).isEqualTo(2);
    }

    @Test
    void eventsThatAreNotKnownToBeDurableAreAppendedAgain() {
        World world = new World(1);
        world.runs("org", "x");
        AppendWait run = world.wait;
        int[] waits = new int[1];
        world.wait = appends -> {
            if (waits[0]++ > 0) {
                run.await(appends);
            }
        };
        world.append(0, end());
        world.pipeline.finish();
        assertThat(waits[0]).isEqualTo(2);
        assertThat(world.folded()).containsExactly("GONE x");
        assertThat(world.pipeline.settled("duplicate")).isEqualTo(1);
    }

    @Test
    void theLimitOfTheBacklogDoesNotHoldUpWhatWouldMakeItSmaller() {
        World world = new World(1);
        world.runs("org", "x");
        world.collector = new Collector(world.store, 1, 1, Duration.ofDays(400));
        Collector full = world.collector;
        world.wait = appends -> full.executor.runAll();
        Pipeline pipeline = new Pipeline(full, world.stage, Duration.ZERO, new Reconciling((query, unlisted) -> {
            unlisted.accept(world.running);
            return Reconciled.Counts.NONE;
        }, (organizationId, resourceId, planId) -> STOPPED, world.wait));
        world.append(0, end());
        pipeline.finish();
        assertThat(world.folded()).containsExactly("GONE x");
    }

    @Test
    void whatIsTooLateIsCountedAndNotTriedAgain() {
        World world = new World(1);
        world.runs("org", "x", "y");
        world.append(0, end());
        world.collector.clock.advance(Duration.ofHours(50));
        world.pipeline.finish();
        assertThat(world.cursor()).isZero();
        assertThat(world.stage.folded).isEmpty();
        assertThat(world.collector.meters.get("quipu.reconciliation.late").counter().count()).isEqualTo(2);
        assertThat(world.asked).hasSize(1);
    }

    @Test
    void anAnswerAboutAnotherOrganizationIsBroken() {
        World world = new World(1);
        world.runs("other", "x");
        world.append(0, end());
        world.pipeline.run();
        assertThat(world.pipeline.stuck()).isEqualTo(1);
        assertThat(world.cursor()).isEqualTo(Position.NONE);
        world.running.clear();
        world.pipeline.finish();
        assertThat(world.pipeline.stuck()).isZero();
        assertThat(world.cursor()).isZero();
    }

    /** Whatever dies between the query, the appends and the cursor: it is driven again, and each instance is gone once. */
    @Test
    void whateverStoreCallFailsEachInstanceIsGoneOnce() {
        int deaths = 0;
        for (Fault fault : Fault.values()) {
            for (int at = 0; at < MAX_CALLS; at++) {
                World world = new World(1);
                world.runs("org", "x", "y");
                world.append(0, event(Event.Kind.SNAPSHOT, "a"), end(), event(Event.Kind.START, "b"));
                int fail = at;
                world.store.faults((call, write, keys) -> call == fail ? fault : Fault.NONE);
                deaths += finish(world);
                if (fault == Fault.NONE) {
                    assertThat(world.store.calls()).as("calls that the faults reach").isBetween(12, MAX_CALLS);
                }
                world.store.noFaults();
                assertThat(world.folded()).as(fault + " at " + at).startsWith("SNAPSHOT a")
                        .containsExactlyInAnyOrder("SNAPSHOT a", "START b", "GONE x", "GONE y");
                assertThat(world.collector.log.backlog().usages()).as(fault + " at " + at).isZero();
            }
        }
        assertThat(deaths).isGreaterThan(20);
    }

    private static int finish(World world) {
        int deaths = 0;
        while (true) {
            try {
                world.pipeline.drivers.wake(0);
                world.pipeline.finish();
                return deaths;
            } catch (Crash crash) {
                deaths++;
                world.start();
            }
        }
    }
}
