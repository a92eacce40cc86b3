package io.quipu.accumulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.accumulator.Levels.Instance;
import io.quipu.accumulator.domain.Course;
import io.quipu.accumulator.domain.TimelineKey;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.running.RunningInstance;
import io.quipu.common.running.RunningPage;
import io.quipu.common.running.RunningQuery;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.store.FaultyStore.Faults;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.MutableClock;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Event.Kind;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Position;
import io.quipu.common.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is not at rest is in the index, whoever has died or stalled where. */
class RunningIndexTest {

    private static final long START = 1_795_262_400_000L;

    /** A hundredth of the shortest reach. */
    private static final long STEP = 36_000;
    private static final long REACH = 100 * STEP;
    private static final int PAGE = 7;

    private final FaultyStore store = new FaultyStore();
    private final UsageAccumulator accumulator = Levels.accumulator(store);

    private static Instance instance(String id) {
        return new Instance("o", "linux-container", id);
    }

    private static TimelineKey key(Instance instance) {
        return new TimelineKey(new Consumer(instance.organizationId(), "s", "c"), instance.resourceId(), instance.id());
    }

    /** Instances that share a page. */
    private static List<Instance> onOnePage(int number) {
        return Stream.iterate(0, i -> i + 1).map(i -> instance("i" + i))
                .filter(instance -> RunningIndex.pageOf(key(instance)) == PAGE).limit(number).toList();
    }

    private RunningPageDocument page(int number) {
        return Json.read(store.documents().get(Keys.runningPage("o", "linux-container", number)).content(),
                RunningPageDocument.class);
    }

    private static RunningInstances running(FaultyStore store, long now) {
        RunningLinks links = new RunningLinks(store.durable());
        RunningTimelines timelines = new RunningTimelines(store.durable());
        MutableClock clock = new MutableClock(now);
        return new RunningInstances(links, timelines, new SilentResources(links, timelines, new LastHeard(store.durable()), clock,
                Duration.ofDays(1)), clock);
    }

    /** What is told to run, all pages of it. */
    private static List<RunningInstance> told(FaultyStore store, String organizationId, long now) {
        List<RunningInstance> told = new ArrayList<>();
        String next = null;
        do {
            RunningPage page = running(store, now).page(new RunningQuery(organizationId, null, next));
            told.addAll(page.instances());
            next = page.next();
        } while (next != null);
        return told;
    }

    /** Whatever is not at rest by that horizon is on its page. */
    private static void assertHolds(FaultyStore store, long horizon, String when) {
        Set<String> members = new HashSet<>();
        store.documents().forEach((key, document) -> {
            if (key.startsWith("running/pages/")) {
                RunningPageDocument page = Json.read(document.content(), RunningPageDocument.class);
                page.members().forEach(member -> members.add(member.timeline()));
            }
        });
        for (Course course : Levels.courses(store)) {
            assertThat(course.atRest(horizon) || members.contains(course.key().document())).as("%s is on its page, %s", course.key(), when)
                    .isTrue();
        }
    }

    @Test
    void instancesAreSpreadOverAllPages() {
        int[] members = new int[RunningIndex.PAGES];
        IntStream.range(0, 6_400).forEach(i -> members[RunningIndex.pageOf(key(instance("app-" + i)))]++);
        assertThat(IntStream.of(members).max().orElseThrow()).isLessThan(200);
        assertThat(IntStream.of(members).min().orElseThrow()).isGreaterThan(50);
        assertThat(RunningIndex.pageOf(key(instance("app-1")))).as("for ever the same").isEqualTo(pageOfAppOne());
    }

    /** List.of("s", "c", "app-1").hashCode(), computed once more. */
    private static int pageOfAppOne() {
        int hash = 1;
        for (String text : List.of("s", "c", "app-1")) {
            int inner = 0;
            for (char c : text.toCharArray()) {
                inner = 31 * inner + c;
            }
            hash = 31 * hash + inner;
        }
        long product = (hash & 0xFFFFFFFFL) * 2_654_435_769L & 0xFFFFFFFFL;
        return (int) ((product >> 16) % 64);
    }

    @Test
    void levelsOfWhatRunsCostTheIndexNoWrite() {
        Instance instance = instance("a");
        accumulator.accumulate(List.of(Levels.batch(3, REACH, List.of(instance.event(0, START, Kind.START, 1)))));
        List<String> written = new ArrayList<>();
        store.faults((call, write, keys) -> {
            if (write) {
                keys.stream().filter(key -> !key.matches("instance/.*/\\d{4}-\\d\\d(-\\d\\d)?")).forEach(written::add);
            }
            return Fault.NONE;
        });

        accumulator.accumulate(List.of(Levels.batch(3, REACH, List.of(instance.event(1, START + 1, Kind.LEVEL, 2)))));
        assertThat(written).containsExactly(key(instance).document());
        written.clear();
        accumulator.accumulate(List.of(Levels.batch(3, REACH, List.of(instance.event(2, START + 9 * REACH, Kind.STOP, null)))));
        assertThat(written).as("heard again").containsExactlyInAnyOrder(Keys.heard("linux-container"), key(instance).document());
        written.clear();
        accumulator.accumulate(List.of(Levels.batch(3, REACH, List.of(
                instance.event(3, START + 11 * REACH, Kind.START, 1), instance.event(4, START + 11 * REACH + 1, Kind.LEVEL, 3)))));
        assertThat(written).as("it was at rest: its page first").containsExactly(
                Keys.runningPage("o", "linux-container", RunningIndex.pageOf(key(instance))), Keys.heard("linux-container"),
                key(instance).document());
        assertThat(page(RunningIndex.pageOf(key(instance))).members()).extracting(RunningPageDocument.Member::position)
                .containsExactly(3L);
    }

    @Test
    void linksAreWrittenOnce() {
        accumulator.accumulate(List.of(Levels.batch(3, REACH, List.of(instance("a").event(0, START, Kind.START, 1),
                instance("b").event(1, START, Kind.START, 1)))));
        accumulator.accumulate(List.of(Levels.batch(3, REACH, List.of(instance("c").event(2, START, Kind.START, 1),
                new Instance("o", "other", "b").event(3, START, Kind.START, 1)))));

        RunningLinks links = new RunningLinks(store);
        List<String> resources = new ArrayList<>();
        List<RunningLinks.OrganizationLink> organizations = new ArrayList<>();
        links.resources(resources::addAll);
        links.organizationsOf("linux-container", organizations::addAll);
        assertThat(resources).containsExactly("linux-container", "other");
        assertThat(links.resourcesOf("o")).containsExactly("linux-container", "other");
        assertThat(organizations).containsExactly(new RunningLinks.OrganizationLink("o", 3));
    }

    @Test
    void whatIsAtRestLeavesWhenItsPageHasDoubled() {
        List<Instance> instances = onOnePage(RunningIndex.SWEEP_MARGIN + 10);
        List<MeteredUsage> usages = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            usages.add(instances.get(i).event(usages.size(), START, Kind.START, 1));
        }
        for (int i = 0; i < 6; i++) {
            usages.add(instances.get(i).event(usages.size(), START + 1, Kind.STOP, null));
        }
        accumulator.accumulate(List.of(Levels.batch(0, REACH, usages)));
        assertThat(page(PAGE).members()).hasSize(10);

        long later = START + 2 * REACH;
        List<MeteredUsage> more = new ArrayList<>();
        for (int i = 10; i < RunningIndex.SWEEP_MARGIN; i++) {
            more.add(instances.get(i).event(100 + i, later, Kind.START, 1));
        }
        accumulator.accumulate(List.of(Levels.batch(0, REACH, more)));

        assertThat(page(PAGE).members()).as("what ran on, and what begins").hasSize(10);
        assertThat(page(PAGE).swept()).isEqualTo(10);
        assertHolds(store, later - REACH, "after that");
        assertThat(told(store, "o", later)).hasSize(10);
    }

    /** Of a position that is not folded yet nothing may be said to be over. */
    @Test
    void whoseTimelineHasNotComeToItsPositionStays() {
        List<Instance> instances = onOnePage(RunningIndex.SWEEP_MARGIN);
        RunningIndex index = new RunningIndex(store, new RunningLinks(store), new RunningTimelines(store));
        List<RunningIndex.Entrance> entrances = new ArrayList<>();
        instances.forEach(instance -> entrances.add(new RunningIndex.Entrance(0, START, key(instance), entrances.size())));
        accumulator.accumulate(List.of(Levels.batch(0, REACH, List.of(instances.get(0).event(0, START - 9, Kind.STOP, null)))));
        accumulator.accumulate(List.of(Levels.batch(0, REACH, List.of(instances.get(1).event(0, START - 9, Kind.STOP, null)))));

        index.enter(entrances);

        assertThat(page(PAGE).members()).extracting(RunningPageDocument.Member::timeline)
                .as("the first has come to position 0, the second not to 1, the others have no timeline")
                .containsExactlyInAnyOrderElementsOf(instances.subList(1, instances.size()).stream()
                        .map(instance -> key(instance).document()).toList());
    }

    /** Both must be there: the one who finds the page changed reads it again. */
    @Test
    void whoIsPutOnAPageByTwoAtATimeIsThere() {
        List<Instance> instances = onOnePage(3);
        RunningIndex other = new RunningIndex(store.durable(), new RunningLinks(store.durable()),
                new RunningTimelines(store.durable()));
        RunningIndex index = new RunningIndex(store, new RunningLinks(store), new RunningTimelines(store));
        other.enter(List.of(new RunningIndex.Entrance(0, null, key(instances.get(0)), 1)));
        store.faults((call, write, keys) -> {
            if (write) {
                store.noFaults();
                other.enter(List.of(new RunningIndex.Entrance(0, null, key(instances.get(1)), 2)));
            }
            return Fault.NONE;
        });

        index.enter(List.of(new RunningIndex.Entrance(0, null, key(instances.get(2)), 3)));

        assertThat(page(PAGE).members()).extracting(RunningPageDocument.Member::position).containsExactly(1L, 2L, 3L);
    }

    /** Its usage at the later position may not be folded yet. */
    @Test
    void whoIsBehindTakesNoLaterPositionBack() {
        Instance instance = onOnePage(1).get(0);
        RunningIndex index = new RunningIndex(store, new RunningLinks(store), new RunningTimelines(store));

        index.enter(List.of(new RunningIndex.Entrance(0, null, key(instance), 5)));
        index.enter(List.of(new RunningIndex.Entrance(0, null, key(instance), 3)));
        assertThat(page(PAGE).members()).extracting(RunningPageDocument.Member::position).containsExactly(5L);
        index.enter(List.of(new RunningIndex.Entrance(0, null, key(instance), 7)));
        assertThat(page(PAGE).members()).extracting(RunningPageDocument.Member::position).containsExactly(7L);
    }

    /** A page of which all but the last instance are there and have stopped. */
    private List<Instance> stopped(long time) {
        List<Instance> instances = onOnePage(RunningIndex.SWEEP_MARGIN);
        List<MeteredUsage> usages = new ArrayList<>();
        for (Instance instance : instances.subList(0, instances.size() - 1)) {
            usages.add(instance.event(usages.size(), time, Kind.STOP, null));
        }
        accumulator.accumulate(List.of(Levels.batch(0, REACH, usages)));
        assertThat(page(PAGE).members()).hasSize(RunningIndex.SWEEP_MARGIN - 1);
        return instances;
    }

    @Test
    void whatABatchFoldsItselfDoesNotLeaveByAHorizonOfItsEnd() {
        List<Instance> instances = stopped(START);
        Instance again = instances.get(0);
        Instance last = instances.get(instances.size() - 1);

        accumulator.accumulate(List.of(Levels.batch(0, REACH, List.of(again.event(100, START + REACH, Kind.START, 1),
                last.event(101, START + 3 * REACH, Kind.START, 1)))));

        assertHolds(store, START + 2 * REACH, "after a batch of hours");
        assertThat(told(store, "o", START + 3 * REACH)).extracting(RunningInstance::resourceInstanceId)
                .containsExactlyInAnyOrder(again.id(), last.id());
    }

    @Test
    void whatHasLeftComesBackThoughALongerSlackWouldNotHaveLetItGo() {
        List<Instance> instances = stopped(START);
        Instance last = instances.get(instances.size() - 1);
        accumulator.accumulate(List.of(Levels.batch(0, REACH, List.of(last.event(100, START + 2 * REACH, Kind.START, 1)))));
        assertThat(page(PAGE).members()).hasSize(1);

        accumulator.accumulate(List.of(Levels.batch(0, 48 * REACH, List.of(
                instances.get(0).event(101, START + 3 * REACH, Kind.START, 1)))));

        assertThat(told(store, "o", START + 3 * REACH)).hasSize(2);
    }

    @Test
    void whatRanBeforeThereWasAnIndexEntersItWithItsNextEntry() {
        Instance instance = instance("a");
        FaultyStore before = new FaultyStore();
        Levels.accumulator(before).accumulate(List.of(Levels.batch(0, REACH, List.of(
                instance.event(0, START, Kind.START, 1)))));
        String timeline = new String(before.documents().get(key(instance).document()).content(), StandardCharsets.UTF_8);
        assertThat(timeline).startsWith("{\"version\":3,");
        store.durable().write(new Write.Insert(key(instance).document(), timeline.replaceFirst("3", "1")
                .getBytes(StandardCharsets.UTF_8)));
        assertThat(told(store, "o", START)).isEmpty();

        accumulator.accumulate(List.of(Levels.batch(0, REACH, List.of(instance.event(1, START + 1, Kind.LEVEL, 2)))));

        assertThat(told(store, "o", START + 1)).hasSize(1);
        assertThat(page(RunningIndex.pageOf(key(instance))).members()).extracting(RunningPageDocument.Member::position)
                .containsExactly(1L);
    }

    /**
     * A log that starts and stops what shares a page, driven by two that fail and die anywhere, of whom one stalls while the other
     * goes on. The law holds after every single write.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void theLawHoldsAfterEveryWriteOfDriversThatDieAndStall(long seed) {
        new Run(seed, false).drive();
    }

    /** Whatever the slack was when something left: what runs is found. */
    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25, 26})
    void whatRunsIsFoundThoughTheReachChanges(long seed) {
        new Run(seed, true).drive();
    }

    private static final class Run {

        private static final int USAGES = 600;

        private final Random random;
        private final String name;
        private final boolean reachChanges;
        private final FaultyStore store = new FaultyStore();
        private final RejectingStage below = new RejectingStage();
        private final List<MeteredUsage> log = new ArrayList<>();
        private long cursor = Position.NONE;
        private long driven;
        private int checks;

        private Run(long seed, boolean reachChanges) {
            this.random = new Random(seed);
            this.name = "seed " + seed;
            this.reachChanges = reachChanges;
            List<Instance> instances = onOnePage(60);
            long now = START;
            for (int position = 0; position < USAGES; position++) {
                now += random.nextInt(20) == 0 ? random.nextLong(3 * REACH) : random.nextLong(STEP);
                Instance instance = instances.get(Math.min(instances.size() - 1,
                        position * instances.size() / USAGES + random.nextInt(12)));
                long time = now - random.nextLong(random.nextInt(3) == 0 ? REACH : STEP);
                Kind kind = Kind.values()[random.nextInt(Kind.COMPLETE.ordinal())];
                log.add(instance.event(position, now, time, kind, random.nextBoolean() ? null : "x", kind.stops() ? null
                        : random.nextInt(3)));
                if (random.nextInt(15) == 0) {
                    below.rejects.add(new RejectingStage.Place(0, position));
                }
            }
        }

        private Optional<Batch<MeteredUsage>> batch(long from) {
            List<MeteredUsage> next = log.stream().filter(usage -> usage.position() > from)
                    .limit(1 + random.nextInt(12)).toList();
            long reach = reachChanges ? REACH * (1 + random.nextInt(4)) : REACH;
            return next.isEmpty() ? Optional.empty() : Optional.of(new Batch<>(0, from, Levels.batch(0, null, next).plans(), reach,
                    next));
        }

        private void drive() {
            while (cursor < USAGES - 1) {
                Batch<MeteredUsage> batch = batch(cursor).orElseThrow();
                Faults random = Faults.atRandom(this.random, 0.2);
                int stallsAt = this.random.nextInt(8);
                store.faults(new Faults() {
                    @Override
                    public Fault at(int call, boolean write, List<String> keys) {
                        check();
                        if (call == stallsAt) {
                            goOn();
                        }
                        return random.at(call, write, keys);
                    }

                    @Override
                    public List<Write> done(List<Write> writes) {
                        return random.done(writes);
                    }
                });
                fold(batch, new UsageAccumulator(store, new CompiledPlans(10), below, () -> 0));
                check();
            }
            assertThat(checks).as("checks").isGreaterThan(USAGES / 4);
            assertThat(Levels.courses(store)).hasSizeGreaterThan(40);
            long end = log.get(log.size() - 1).acceptedAt();
            List<RunningInstance> running = Levels.courses(store).stream().flatMap(course -> course.runningAt(end).stream()).toList();
            assertThat(running).isNotEmpty();
            assertThat(told(store, "o", end)).as(name).containsExactlyInAnyOrderElementsOf(running);
        }

        /** Another driver goes on while the one before waits. */
        private void goOn() {
            UsageAccumulator other = new UsageAccumulator(store.durable(), new CompiledPlans(10), below, () -> 0);
            for (int batches = random.nextInt(4); batches > 0; batches--) {
                batch(cursor).ifPresent(batch -> fold(batch, other));
                check();
            }
        }

        private void fold(Batch<MeteredUsage> batch, UsageAccumulator by) {
            driven = Math.max(driven, batch.lastPosition());
            try {
                if (by.accumulate(List.of(batch)).get(0).stale() == null) {
                    cursor = Math.max(cursor, batch.lastPosition());
                }
            } catch (StoreException | StageUnavailableException e) {
                // driven again
            }
        }

        private void check() {
            checks++;
            long horizon = log.get((int) driven).acceptedAt() - REACH;
            // Under another slack only what runs is promised.
            assertHolds(store, reachChanges ? Long.MAX_VALUE : horizon, name + ", cursor " + cursor);
        }
    }
}
