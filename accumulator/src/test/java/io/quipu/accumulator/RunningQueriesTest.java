package io.quipu.accumulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.accumulator.Levels.Instance;
import io.quipu.accumulator.domain.Reconciliation;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.running.Reconciled;
import io.quipu.common.running.Reconciled.Counts;
import io.quipu.common.running.RunningInstance;
import io.quipu.common.running.RunningPage;
import io.quipu.common.running.RunningPage.Silent;
import io.quipu.common.running.RunningQuery;
import io.quipu.common.running.SnapshotQuery;
import io.quipu.common.running.Unlisted;
import io.quipu.common.stage.Batch;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.store.MutableClock;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Event.Kind;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.MeteredUsage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is told of what runs: page by page, against a snapshot, and of whom nothing is heard. */
class RunningQueriesTest {

    private static final long NOW = 1_795_262_400_000L;
    private static final Long REACH = 3_600_000L;
    private static final long MINUTE = 60_000;
    private static final Duration DAY = Duration.ofDays(1);

    private final FaultyStore store = new FaultyStore();
    private final MutableClock clock = new MutableClock(NOW);
    private final UsageAccumulator accumulator = Levels.accumulator(store);
    private final RunningLinks links = new RunningLinks(store);
    private final RunningTimelines timelines = new RunningTimelines(store);
    private final SilentResources silent = new SilentResources(links, timelines, new LastHeard(store), clock, DAY);
    private final RunningInstances running = new RunningInstances(links, timelines, silent, clock);
    private final Snapshots snapshots = new Snapshots(links, timelines);
    private long position;

    private static Instance instance(String organizationId, String resourceId, String id) {
        return new Instance(organizationId, resourceId, id);
    }

    /** Folds events of one partition. */
    private void fold(int partition, MeteredUsage... usages) {
        accumulator.accumulate(List.of(Levels.batch(partition, REACH, List.of(usages))));
    }

    private MeteredUsage event(Instance instance, long time, Kind kind, String id, Integer level) {
        return instance.event(position++, time, time, kind, id, level);
    }

    private void start(int partition, String resourceId, int instances) {
        for (int from = 0; from < instances; from += Batch.MAX_USAGES) {
            int to = Math.min(instances, from + Batch.MAX_USAGES);
            MeteredUsage[] usages = new MeteredUsage[to - from];
            for (int i = from; i < to; i++) {
                usages[i - from] = event(instance("o", resourceId, "i" + i), NOW - 10, Kind.START, null, 1);
            }
            fold(partition, usages);
        }
    }

    private List<RunningPage> pages(String resourceId) {
        List<RunningPage> pages = new ArrayList<>();
        String next = null;
        do {
            pages.add(running.page(new RunningQuery("o", resourceId, next)));
            next = pages.get(pages.size() - 1).next();
        } while (next != null);
        return pages;
    }

    private static List<String> ids(List<RunningPage> pages) {
        return pages.stream().flatMap(page -> page.instances().stream()).map(RunningInstance::resourceInstanceId).toList();
    }

    private List<String> unlisted(SnapshotQuery query) {
        List<String> ids = new ArrayList<>();
        snapshots.compare(query, told -> told.unlisted().forEach(one -> ids.add(one.organizationId() + "/"
                + one.resourceInstanceId())), () -> { });
        return ids;
    }

    @Test
    void nothingRunsInAnOrganizationThatNobodyKnows() {
        assertThat(running.page(new RunningQuery("o", null, null))).isEqualTo(new RunningPage(List.of(), List.of(), null));
        assertThat(running.page(new RunningQuery("o", "linux-container", null)).instances()).isEmpty();
    }

    @Test
    void eachInstanceThatRunsStandsOnOnePage() {
        start(0, "linux-container", 1_000);

        List<RunningPage> pages = pages("linux-container");
        assertThat(pages).hasSizeBetween(3, 6);
        assertThat(pages).allSatisfy(page -> assertThat(page.instances()).hasSizeLessThan(400));
        assertThat(ids(pages)).hasSize(1_000).doesNotHaveDuplicates();
        assertThat(ids(pages(null))).containsExactlyElementsOf(ids(pages));
    }

    @Test
    void allResourcesComeOneAfterTheOther() {
        start(0, "b", 250);
        start(0, "a", 250);
        start(0, "c", 1);

        List<String> resources = pages(null).stream().flatMap(page -> page.instances().stream())
                .map(RunningInstance::resourceId).toList();
        assertThat(resources).hasSize(501);
        assertThat(new ArrayList<>(resources.stream().distinct().toList())).containsExactly("b", "a", "c");
        assertThat(resources.indexOf("a")).isEqualTo(250);
        assertThat(ids(pages("a"))).hasSize(250);
    }

    @Test
    void onlyWhatRunsNowIsTold() {
        Instance ended = instance("o", "r", "ended");
        Instance ahead = instance("o", "r", "ahead");
        Instance ending = instance("o", "r", "ending");
        Instance zero = instance("o", "r", "zero");
        fold(0, event(ended, NOW - 9, Kind.START, null, 1), event(ended, NOW, Kind.STOP, null, null),
                event(ahead, NOW + 1, Kind.START, null, 1), event(ending, NOW, Kind.START, null, 1),
                event(ending, NOW + 1, Kind.STOP, null, null), event(zero, NOW, Kind.LEVEL, null, 0));

        assertThat(ids(pages("r"))).containsExactly("ending");
        clock.set(NOW + 1);
        assertThat(ids(pages("r"))).containsExactly("ahead");
    }

    @Test
    void aPageThatWasNotHandedOutIsRefused() {
        start(0, "r", 1);
        String ofAnother = new PageToken("another", 3).text();
        for (String page : List.of("", "x", "64." + ofAnother.substring(2), "-1.cg", "3.", "3", "3.cg=", "3.c", "3.gICA",
                "3.!!", "003.cg", "3.cg ", ofAnother)) {
            assertThatThrownBy(() -> running.page(new RunningQuery("o", null, page))).as(page)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        String handedOut = new PageToken("r", 3).text();
        assertThat(PageToken.parse(handedOut)).isEqualTo(new PageToken("r", 3));
        assertThat(running.page(new RunningQuery("o", null, handedOut)).next()).isNull();
        assertThatThrownBy(() -> running.page(new RunningQuery("o", "other", handedOut)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("another query");
        String strange = "\u0000/é\uD83D\uDE00";
        assertThat(PageToken.parse(new PageToken(strange, 63).text())).isEqualTo(new PageToken(strange, 63));
    }

    @Test
    void aSnapshotIsComparedWithWhatRanJustBeforeIt() {
        Map<String, Instance> all = new java.util.TreeMap<>();
        Stream.of("lost", "same", "other", "new", "ended", "later").forEach(id -> all.put(id, instance("o", "r", id)));
        for (String id : List.of("lost", "same", "other", "ended")) {
            fold(0, event(all.get(id), NOW - 100, Kind.START, null, 1));
        }
        fold(0, event(all.get("ended"), NOW, Kind.STOP, null, null), event(all.get("later"), NOW, Kind.START, null, 1),
                event(all.get("same"), NOW, Kind.SNAPSHOT, "s", 1), event(all.get("other"), NOW, Kind.SNAPSHOT, "s", 2),
                event(all.get("new"), NOW, Kind.SNAPSHOT, "s", 1), event(instance("o", "another", "x"), NOW - 100, Kind.START,
                        null, 1));
        SnapshotQuery query = new SnapshotQuery("o", null, "r", NOW, "s");

        List<Unlisted> told = new ArrayList<>();
        assertThat(snapshots.compare(query, told::add, () -> { })).isEqualTo(new Reconciled(new Counts(1, 1, 0, 1)));
        assertThat(told).containsExactly(new Unlisted(List.of(new Unlisted.Instance("o", "s", "c", "basic", "lost"))));

        fold(0, event(all.get("lost"), NOW, Kind.GONE, "s", null));
        told.clear();
        assertThat(snapshots.compare(query, told::add, () -> { })).isEqualTo(new Reconciled(new Counts(1, 1, 1, 1)));
        assertThat(told).isEmpty();
        assertThat(unlisted(new SnapshotQuery("o", null, "r", NOW + 1, "t"))).as("of another snapshot")
                .containsExactlyInAnyOrder("o/same", "o/other", "o/new", "o/later");
        assertThat(unlisted(new SnapshotQuery("nobody", null, "r", NOW, "s"))).isEmpty();
    }

    @Test
    void aSnapshotOfAPartitionIsOfAllItsOrganizations() {
        for (int i = 0; i < 150; i++) {
            fold(4, event(instance("of four " + i, "r", "i"), NOW - 100, Kind.START, null, 1));
        }
        fold(5, event(instance("of five", "r", "i"), NOW - 100, Kind.START, null, 1));

        assertThat(unlisted(new SnapshotQuery(null, 4, "r", NOW, null))).hasSize(150).doesNotHaveDuplicates()
                .allMatch(one -> one.startsWith("of four"));
        assertThat(unlisted(new SnapshotQuery(null, 5, "r", NOW, null))).containsExactly("of five/i");
        assertThat(unlisted(new SnapshotQuery(null, 6, "r", NOW, null))).isEmpty();
    }

    @Test
    void whoeverWaitsIsToldNowAndThenThatItGoesOn() {
        start(0, "r", 1_000);
        fold(0, IntStream.range(0, 1_000).mapToObj(i -> event(instance("o", "r", "i" + i), NOW, Kind.SNAPSHOT, "s", 1))
                .toArray(MeteredUsage[]::new));
        AtomicInteger signs = new AtomicInteger();

        snapshots.compare(new SnapshotQuery("o", null, "r", NOW, "s"), told -> {
            throw new AssertionError("nothing is unlisted: " + told);
        }, signs::incrementAndGet);

        assertThat(signs).hasValue(1_001 / Snapshots.SIGN_EVERY);
    }

    @Test
    void whatIsUnlistedIsToldSomeAtATime() {
        start(0, "r", 1_200);
        List<Integer> sizes = new ArrayList<>();
        Set<Unlisted.Instance> instances = new HashSet<>();

        snapshots.compare(new SnapshotQuery("o", null, "r", NOW, "s"), told -> {
            sizes.add(told.unlisted().size());
            instances.addAll(told.unlisted());
        }, () -> { });

        assertThat(sizes).containsExactly(500, 500, 200);
        assertThat(instances).hasSize(1_200);
    }

    @Test
    void whatSnapshotsHaveComeToIsCountedOnceThoughABatchIsRepeated() {
        Map<Reconciliation, Integer> counted = new EnumMap<>(Reconciliation.class);
        UsageAccumulator counting = new UsageAccumulator(store, new CompiledPlans(10), Levels::committed, () -> 0,
                Keeping.FOR_EVER, kind -> counted.merge(kind, 1, Integer::sum));
        Batch<MeteredUsage> batch = Levels.batch(0, REACH, List.of(
                event(instance("o", "r", "a"), NOW, Kind.SNAPSHOT, "1", 1),
                event(instance("o", "r", "b"), NOW, Kind.SNAPSHOT, "1", 1),
                event(instance("o", "r", "a"), NOW + 1, Kind.SNAPSHOT, "2", 2),
                event(instance("o", "r", "b"), NOW + 1, Kind.SNAPSHOT, "2", 1),
                event(instance("o", "r", "b"), NOW + 2, Kind.GONE, "3", null)));
        // Somebody writes one of the timelines in between.
        boolean[] raced = {false};
        store.faults((call, write, keys) -> {
            String timeline = Keys.timeline(batch.usage().get(0).origin().consumer(), "r", "a");
            if (write && keys.contains(timeline) && !raced[0]) {
                raced[0] = true;
                Levels.accumulator(store.durable()).accumulate(List.of(Levels.batch(0, REACH, batch.usage().subList(0, 1))));
            }
            return Fault.NONE;
        });

        counting.accumulate(List.of(batch));
        counting.accumulate(List.of(batch));

        assertThat(raced[0]).isTrue();
        assertThat(counted).as("what the other has folded, it has counted").isEqualTo(Map.of(Reconciliation.OPENED, 1,
                Reconciliation.CORRECTED, 1, Reconciliation.UNCHANGED, 1, Reconciliation.CLOSED, 1));
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new ReconciledCounts(registry).count(Reconciliation.CLOSED);
        assertThat(registry.get("quipu.reconciled").counters()).hasSize(4);
        assertThat(registry.get("quipu.reconciled").tag("kind", "closed").counter().count()).isEqualTo(1);
    }

    @Test
    void aResourceOfWhichSomethingRunsAndNothingIsHeardIsSilent() {
        Instance quiet = instance("o", "quiet", "i");
        Instance ended = instance("o", "ended", "i");
        fold(0, event(quiet, NOW, Kind.START, null, 1), event(ended, NOW, Kind.START, null, 1),
                event(ended, NOW + 1, Kind.STOP, null, null));

        clock.set(NOW + DAY.toMillis());
        silent.check();
        assertThat(silent.found()).as("for as long as that").isEmpty();
        assertThat(running.page(new RunningQuery("o", null, null)).silent()).isEmpty();
        clock.set(NOW + DAY.toMillis() + 1);
        silent.check();
        assertThat(silent.found()).containsExactly(new Silent("quiet", NOW));
        assertThat(running.page(new RunningQuery("o", null, null)).silent()).containsExactly(new Silent("quiet", NOW));

        fold(0, event(quiet, clock.millis(), Kind.LEVEL, null, 2));
        silent.check();
        assertThat(silent.found()).isEmpty();
        assertThat(running.page(new RunningQuery("o", null, null)).silent()).isEmpty();
    }

    @Test
    void whetherSomethingRunsIsLookedForAgainOnlyWhenSomethingWasHeardOrAnHourHasPassed() {
        fold(0, event(instance("o", "quiet", "i"), NOW, Kind.START, null, 1));
        clock.set(NOW + DAY.toMillis() + 1);
        silent.check();
        Set<String> read = new HashSet<>();
        store.faults((call, write, keys) -> {
            read.addAll(keys);
            return Fault.NONE;
        });

        clock.set(NOW + DAY.toMillis() + MINUTE);
        silent.check();
        assertThat(silent.found()).hasSize(1);
        assertThat(read).noneMatch(key -> key.startsWith("running/pages/")).anyMatch(key -> key.startsWith("running/heard/"));
        clock.set(NOW + DAY.toMillis() + SilentResources.LOOKED_FOR + 1);
        silent.check();
        assertThat(silent.found()).hasSize(1);
        assertThat(read).anyMatch(key -> key.startsWith("running/pages/"));
    }

    @Test
    void whenAResourceWasHeardIsWrittenOnceAMinute() {
        Instance instance = instance("o", "r", "i");
        fold(0, event(instance, NOW, Kind.START, null, 1));
        List<String> written = new ArrayList<>();
        store.faults((call, write, keys) -> {
            if (write) {
                written.addAll(keys);
            }
            return Fault.NONE;
        });

        for (int i = 1; i <= 12; i++) {
            fold(0, event(instance, NOW + i * MINUTE / 4, Kind.LEVEL, null, i));
        }

        assertThat(written).filteredOn(Keys.heard("r")::equals).hasSize(3);
        assertThat(new LastHeard(store).read(List.of("r", "unknown"))).isEqualTo(Map.of("r", NOW + 3 * MINUTE));
    }

    @Test
    void thatSomebodyElseHasHeardAboutTheSameIsNoConflict() {
        Instance instance = instance("o", "r", "i");
        fold(0, event(instance, NOW, Kind.START, null, 1));
        int[] writes = {0};
        store.faults((call, write, keys) -> {
            if (write && writes[0]++ == 0) {
                io.quipu.common.store.Document heard = store.documents().get(Keys.heard("r"));
                store.apply(new Write.Replace(heard.key(), heard.version(),
                        new String(heard.content(), StandardCharsets.UTF_8)
                                .replace(String.valueOf(NOW), String.valueOf(NOW + 5 * MINUTE)).getBytes(StandardCharsets.UTF_8)));
            }
            return Fault.NONE;
        });

        fold(0, event(instance, NOW + 5 * MINUTE, Kind.LEVEL, null, 2));

        assertThat(writes[0]).as("the windows, and the timeline").isEqualTo(2);
    }

    @Test
    void silenceIsShownAsAGaugeAndOfTheLongestSilentByName() {
        for (int i = 0; i < SilenceMetrics.MAX_SERIES + 5; i++) {
            fold(0, event(instance("o", "r" + i, "i"), NOW + i, Kind.START, null, 1));
        }
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        SilenceWatch watch = new SilenceWatch(silent, new SilenceMetrics(silent, clock, registry));
        watch.check();
        assertThat(registry.get("quipu.silent.resources").gauge().value()).isZero();
        clock.set(NOW + 2 * DAY.toMillis());
        watch.check();

        assertThat(registry.get("quipu.silent.resources").gauge().value()).isEqualTo(SilenceMetrics.MAX_SERIES + 5);
        assertThat(registry.get("quipu.silence").gauges()).hasSize(SilenceMetrics.MAX_SERIES);
        assertThat(registry.get("quipu.silence").tag("resource", "r0").gauge().value()).isEqualTo(2 * DAY.toSeconds());
        assertThat(registry.find("quipu.silence").tag("resource", "r" + SilenceMetrics.MAX_SERIES).gauge()).isNull();
        fold(0, event(instance("o", "r0", "i"), clock.millis(), Kind.STOP, null, null));
        watch.check();
        assertThat(registry.find("quipu.silence").tag("resource", "r0").gauge()).isNull();
        store.faults((call, write, keys) -> Fault.FAIL_BEFORE);
        watch.check();
        assertThat(registry.get("quipu.silent.resources").gauge().value()).as("as it was").isEqualTo(SilenceMetrics.MAX_SERIES + 4);
    }
}
