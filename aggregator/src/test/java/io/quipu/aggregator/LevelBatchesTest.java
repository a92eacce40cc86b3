package io.quipu.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.store.Document;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.store.Write;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.LevelChange;
import io.quipu.common.usage.MetricChange;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read and written of levels, in which order, and that a crash or a conflict anywhere changes nothing. */
class LevelBatchesTest {

    private static final long NOON = 1_795_262_400_000L;
    private static final Window MONTH = Window.month(NOON);
    private static final Window DAY = Window.day(NOON);
    private static final long EARLIER = MONTH.from() - 1;
    private static final PlanVersion PLAN = new PlanVersion("basic", new MeteringPlan("m",
            List.of(new MeteringPlan.Measure("q", "UNIT")), List.of(new MeteringPlan.Metric("q", "UNIT", null, null, null))),
            new RatingPlan("r", List.of()), new PricingPlan("p", List.of()));

    private final FaultyStore store = new FaultyStore();
    private final UsageAggregator aggregator = new UsageAggregator(store, new CompiledPlans(10));
    private final List<List<String>> reads = new ArrayList<>();
    private final List<List<String>> writes = new ArrayList<>();

    private static AccumulatedUsage usage(long position, String organization, LevelChange... levels) {
        Change change = new Change(null, Value.of(BigDecimal.ONE));
        return new AccumulatedUsage(position, NOON, new Origin(organization, "s", "c", "db", "basic", "i", NOON, NOON),
                new Pin("1234", "USA", "USD", "db", "plan"), List.of(new MetricChange("q", change, change, change)),
                List.of(levels), null);
    }

    private static LevelChange change(long time, int change) {
        return new LevelChange(time, PLAN.path(), "plan", "USD", "memory", BigDecimal.valueOf(change), BigDecimal.ZERO);
    }

    private static Batch<AccumulatedUsage> batch(int partition, long cursor, AccumulatedUsage... usages) {
        return new Batch<>(partition, cursor, Map.of("plan", PLAN), List.of(usages));
    }

    private static Consumer consumer(String organization) {
        return new Consumer(organization, "s", "c");
    }

    private void record() {
        reads.clear();
        writes.clear();
        store.faults((call, write, keys) -> {
            (write ? writes : reads).add(keys);
            return Fault.NONE;
        });
    }

    private Map<String, String> contents() {
        return store.documents().values().stream().collect(Collectors.toMap(Document::key,
                document -> new String(document.content()), (a, b) -> a, TreeMap::new));
    }

    private static List<String> consumerKeys(String organization, Window... windows) {
        List<String> keys = new ArrayList<>(Keys.consumer(consumer(organization), List.of(windows)));
        keys.add(Keys.consumerLevels(consumer(organization)));
        return keys;
    }

    @Test
    void documentsAreReadInTheReverseOfTheOrderInWhichTheyAreWritten() {
        aggregator.aggregate(List.of(batch(0, -1, usage(0, "a")), batch(1, -1, usage(0, "b"))));
        record();

        aggregator.aggregate(List.of(batch(0, 0, usage(1, "a", change(EARLIER, 2), change(NOON, 1))),
                batch(1, 0, usage(1, "b"))));

        Window last = Window.month(EARLIER);
        Window lastDay = Window.day(EARLIER);
        List<String> consumers = Stream.concat(consumerKeys("a", MONTH, DAY, last, lastDay).stream(),
                Keys.consumer(consumer("b"), List.of(MONTH, DAY)).stream()).toList();
        List<String> levels = List.of(Keys.organizationLevels("a"));
        List<String> days = List.of(Keys.organization("a", DAY), Keys.organization("a", lastDay), Keys.organization("b", DAY));
        List<String> months = List.of(Keys.organization("a", MONTH), Keys.organization("a", last),
                Keys.organization("b", MONTH));
        assertThat(reads).hasSize(5);
        assertThat(reads.get(0)).containsExactlyInAnyOrderElementsOf(months);
        assertThat(reads.get(1)).containsExactlyInAnyOrderElementsOf(days);
        assertThat(reads.get(2)).isEqualTo(levels);
        assertThat(reads.get(3)).containsExactlyInAnyOrderElementsOf(consumers);
        assertThat(reads.get(4)).as("a consumer's new window").containsExactly(Keys.consumerLinked(consumer("a")));
        assertThat(writes).hasSize(4);
        assertThat(writes.get(0)).containsExactlyInAnyOrderElementsOf(consumers);
        assertThat(writes.get(1)).isEqualTo(levels);
        assertThat(writes.get(2)).containsExactlyInAnyOrderElementsOf(days);
        assertThat(writes.get(3)).containsExactlyInAnyOrderElementsOf(months);
    }

    @Test
    void usageThatChangesNoLevelReadsAndWritesNoLevelsThoughThereAreSome() {
        aggregator.aggregate(List.of(batch(0, -1, usage(0, "a", change(NOON, 1)))));
        record();

        aggregator.aggregate(List.of(batch(0, 0, usage(1, "a"))));

        assertThat(reads).hasSize(3);
        assertThat(writes).hasSize(3);
        assertThat(Stream.concat(reads.stream(), writes.stream()).flatMap(List::stream))
                .noneMatch(key -> key.endsWith("/levels"));
    }

    @Test
    void aConsumerIsLinkedBeforeItsFirstWindowOrLevels() {
        record();

        aggregator.aggregate(List.of(batch(0, -1, usage(0, "a", change(EARLIER, 2)))));

        assertThat(writes.get(0)).containsExactly(Keys.consumerPage("a", "s", 0));
        assertThat(writes.subList(1, writes.size())).allMatch(keys -> !keys.contains(Keys.consumerPage("a", "s", 0)));
        assertThat(writes.get(2)).contains(Keys.consumerLevels(consumer("a")), Keys.consumerLinked(consumer("a")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"consumer/b/s/c/levels", "organization/b/levels", "organization/b/2026-10-31",
        "organization/b/2026-10"})
    void anOrganizationWithAConflictIsFoldedAgainAlone(String conflicting) {
        Batch<AccumulatedUsage> first = batch(0, -1, usage(0, "a", change(EARLIER, 2)), usage(1, "b", change(EARLIER, 2)));
        Batch<AccumulatedUsage> second = batch(0, 1, usage(2, "a", change(NOON, 1)), usage(3, "b", change(EARLIER, -1)));
        aggregator.aggregate(List.of(first));
        aggregator.aggregate(List.of(second));
        LevelBatchesTest raced = new LevelBatchesTest();
        raced.aggregator.aggregate(List.of(first));
        boolean[] changed = new boolean[1];
        raced.store.faults((call, write, keys) -> {
            if (write && keys.contains(conflicting) && !changed[0]) {
                Document document = raced.store.documents().get(conflicting);
                raced.store.apply(new Write.Replace(document.key(), document.version(), document.content()));
                changed[0] = true;
            }
            (write ? raced.writes : raced.reads).add(keys);
            return Fault.NONE;
        });

        assertThat(raced.aggregator.aggregate(List.of(second))).containsExactly(new BatchAnswer(3, List.of()));

        assertThat(changed[0]).isTrue();
        assertThat(raced.reads).as("two attempts").hasSizeGreaterThanOrEqualTo(8);
        assertThat(raced.reads.subList(raced.reads.size() - 4, raced.reads.size())).allSatisfy(keys ->
                assertThat(keys).allMatch(key -> key.contains("/b/")));
        assertThat(raced.contents()).isEqualTo(contents());
    }

    @Test
    void aCallThatDiesAnywhereIsRepeatedToTheSameEnd() {
        List<Batch<AccumulatedUsage>> batches = List.of(
                batch(0, -1, usage(0, "a", change(EARLIER, 2), change(NOON, 1)), usage(1, "b"),
                        usage(3, "a", change(EARLIER, -2), change(MONTH.from(), -1))),
                batch(1, -1, usage(0, "c", change(NOON - 1, 5))));
        aggregator.aggregate(batches);
        Map<String, String> expected = contents();
        ConsumerLevels levels = Json.read(store.documents().get(Keys.consumerLevels(consumer("a"))).content(),
                ConsumerLevels.class);
        assertThat(levels.plans()).as("nothing runs, nothing came to anything in a month").isEmpty();

        boolean died = true;
        int calls = 0;
        for (; died; calls++) {
            LevelBatchesTest run = new LevelBatchesTest();
            int last = calls;
            run.store.faults((call, write, keys) -> call == last ? Fault.CRASH_HALFWAY : Fault.NONE);
            died = run.dies(batches);
            run.store.noFaults();

            assertThat(run.aggregator.aggregate(batches)).as("died at call %d", calls)
                    .containsExactly(new BatchAnswer(3, List.of()), new BatchAnswer(0, List.of()));
            Map<String, String> contents = run.contents();
            contents.keySet().removeIf(key -> key.contains("/consumers/"));
            assertThat(contents).as("died at call %d", calls).containsExactlyInAnyOrderEntriesOf(expected.entrySet().stream()
                    .filter(entry -> !entry.getKey().contains("/consumers/"))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        }
        assertThat(calls).as("calls to the store, and once without dying").isEqualTo(13);
    }

    private boolean dies(List<Batch<AccumulatedUsage>> batches) {
        try {
            aggregator.aggregate(batches);
            return false;
        } catch (FaultyStore.Crash e) {
            return true;
        }
    }
}
