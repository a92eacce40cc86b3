package io.quipu.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.Watermark;
import io.quipu.common.store.Document;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.store.Write;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.Change;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.MetricChange;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Rejection;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Batches that come in one call share the reads and writes of each phase; rejections, staleness and conflicts stay matters of
 * one batch, or one organization of it. The same positions, spaces and consumers occur in every partition.
 */
class MultipleBatchesTest {

    private static final long NOON = 1_795_262_400_000L;
    private static final Window MONTH = Window.month(NOON);
    private static final Window DAY = Window.day(NOON);
    private static final Map<String, PlanVersion> PLANS = Map.of("two", plan("two", 2), "three", plan("three", 3));

    private final FaultyStore store = new FaultyStore();
    private final UsageAggregator aggregator = new UsageAggregator(store, new CompiledPlans(10));
    private final Totals totals = new Totals(store.durable());

    /** What is written in one call, in the order in which it must become durable. */
    private enum Phase { PAGE, PLAN, CONSUMER, DAY, MONTH }

    private static PlanVersion plan(String id, long price) {
        return new PlanVersion(id, new MeteringPlan("m", List.of(new MeteringPlan.Measure("q", "UNIT")),
                List.of(new MeteringPlan.Metric("q", "UNIT", null, null, null))), new RatingPlan("r", List.of()),
                new PricingPlan("p", List.of(new PricingPlan.Metric("q", List.of(
                        new Price("USA", null, BigDecimal.valueOf(price), null, null, null))))));
    }

    private static AccumulatedUsage usage(long position, String organization, String plan, String currency) {
        Change change = new Change(null, Value.of(BigDecimal.ONE));
        return new AccumulatedUsage(position, NOON, new Origin(organization, "s", "c", "db", plan, "i" + position, NOON, NOON),
                new Pin("1234", "USA", currency, "db", plan), List.of(new MetricChange("q", change, change, change)), null);
    }

    private static AccumulatedUsage usage(long position, String organization) {
        return usage(position, organization, "two", "USD");
    }

    /** Rejected after a usage in another currency. */
    private static AccumulatedUsage inEuro(long position, String organization) {
        return usage(position, organization, "two", "EUR");
    }

    private static AccumulatedUsage known(AccumulatedUsage usage) {
        return new AccumulatedUsage(usage.position(), usage.acceptedAt(), usage.origin(), usage.pin(), List.of(),
                new Rejection(usage.position(), "aggregator", "currency_mismatch", "why"));
    }

    private static Batch<AccumulatedUsage> batch(int partition, long cursor, AccumulatedUsage... usages) {
        return new Batch<>(partition, cursor, Stream.of(usages).map(usage -> usage.pin().plan()).distinct()
                .collect(Collectors.toMap(id -> id, PLANS::get)), List.of(usages));
    }

    private static Consumer consumer(String organization) {
        return new Consumer(organization, "s", "c");
    }

    private static String key(String organization, Phase phase) {
        return switch (phase) {
            case PAGE -> Keys.consumerPage(organization, "s", 0);
            case PLAN -> throw new IllegalArgumentException("of no organization");
            case CONSUMER -> Keys.consumer(consumer(organization), DAY);
            case DAY -> Keys.organization(organization, DAY);
            case MONTH -> Keys.organization(organization, MONTH);
        };
    }

    private static Phase phase(String key) {
        if (key.startsWith("plan/")) {
            return Phase.PLAN;
        }
        if (key.startsWith("consumer/")) {
            return Phase.CONSUMER;
        }
        return key.contains("/spaces/") ? Phase.PAGE : key.endsWith("/" + MONTH.id()) ? Phase.MONTH : Phase.DAY;
    }

    private Map<String, Document> documentsOf(String organization) {
        Map<String, Document> documents = new TreeMap<>(store.documents());
        documents.keySet().removeIf(key -> !key.contains("/" + organization + "/"));
        return documents;
    }

    /** That many usages of an organization count, at that price, in all of its documents; those positions do not. */
    private void assertCounted(String organization, long usages, long price, long committedTo, Long... rejected) {
        for (Window window : List.of(MONTH, DAY)) {
            OrganizationWindow parent = Json.read(store.documents().get(Keys.organization(organization, window)).content(),
                    OrganizationWindow.class);
            ConsumerWindow child = Json.read(store.documents().get(Keys.consumer(consumer(organization), window)).content(),
                    ConsumerWindow.class);
            for (List<PlanTotals> plans : List.of(parent.plans(), child.plans())) {
                assertThat(plans).as(organization).singleElement().satisfies(plan ->
                        assertThat(plan.metrics()).singleElement().satisfies(metric -> {
                            assertThat(metric.quantity()).isEqualTo(Value.of(BigDecimal.valueOf(usages)));
                            assertThat(metric.cost()).isEqualByComparingTo(BigDecimal.valueOf(usages * price));
                        }));
            }
            for (Watermark watermark : List.of(parent.watermark(), child.watermark())) {
                assertThat(watermark.position()).as(organization).isEqualTo(committedTo);
                assertThat(watermark.rejected()).as(organization).extracting(Rejection::position).containsExactly(rejected);
            }
        }
    }

    /** From now on, the keys of each call of that kind. */
    private List<List<String>> record(boolean writes) {
        List<List<String>> calls = new ArrayList<>();
        store.faults((call, write, keys) -> {
            if (write == writes) {
                calls.add(keys);
            }
            return Fault.NONE;
        });
        return calls;
    }

    private static Set<Phase> phases(List<String> keys) {
        return keys.stream().map(MultipleBatchesTest::phase).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whatIsComputedFromADocumentIsWrittenBeforeItInAllBatches() {
        List<List<String>> writes = record(true);

        List<BatchAnswer> answers = aggregator.aggregate(List.of(batch(0, -1, usage(0, "a"), usage(1, "b")),
                batch(1, -1, usage(0, "c")), batch(2, -1, usage(0, "d"), usage(1, "d"))));

        assertThat(answers).containsExactly(new BatchAnswer(1, List.of()), new BatchAnswer(0, List.of()),
                new BatchAnswer(1, List.of()));
        assertThat(writes).extracting(MultipleBatchesTest::phases).as("the pages of all spaces first")
                .containsExactly(Set.of(Phase.PAGE), Set.of(Phase.PLAN), Set.of(Phase.CONSUMER), Set.of(Phase.DAY),
                        Set.of(Phase.MONTH));
        assertThat(writes.get(0)).hasSize(4);
        assertThat(writes.get(2)).contains(Stream.of("a", "b", "c", "d").flatMap(organization -> Stream.of(
                key(organization, Phase.CONSUMER), Keys.consumerLinked(consumer(organization)))).toArray(String[]::new));
        for (Phase phase : List.of(Phase.DAY, Phase.MONTH)) {
            assertThat(writes.get(phase.ordinal())).containsExactlyInAnyOrder(key("a", phase), key("b", phase),
                    key("c", phase), key("d", phase));
        }
    }

    @Test
    void batchesOfConsumersThatAreKnownShareThreeReadsAndThreeWrites() {
        aggregator.aggregate(List.of(batch(0, -1, usage(0, "a")), batch(1, -1, usage(0, "b")), batch(2, -1, usage(0, "c"))));
        List<List<String>> reads = record(false);

        aggregator.aggregate(List.of(batch(0, 0, usage(1, "a")), batch(1, 0, usage(1, "b")), batch(2, 0, usage(1, "c"))));

        assertThat(reads).extracting(MultipleBatchesTest::phases).as("the reverse of the order of writing")
                .containsExactly(Set.of(Phase.MONTH), Set.of(Phase.DAY), Set.of(Phase.CONSUMER));
        assertThat(store.calls()).isEqualTo(6);
        for (String organization : List.of("a", "b", "c")) {
            assertCounted(organization, 2, 2, 1);
        }
    }

    @Test
    void linksAndPlanVersionsOfAllBatchesAreStored() {
        aggregator.aggregate(List.of(batch(0, -1, usage(0, "a", "two", "USD")), batch(1, -1, usage(0, "b", "three", "USD"))));

        assertThat(totals.plans(List.of("two", "three"))).isEqualTo(PLANS);
        for (String organization : List.of("a", "b")) {
            List<Totals.ConsumerTotals> consumers = new ArrayList<>();
            totals.consumers(organization, "s", List.of(MONTH, DAY), false, consumers::add);
            assertThat(consumers).singleElement().satisfies(consumer ->
                    assertThat(consumer.documents()).extracting(document ->
                            Json.read(document, ConsumerWindow.class).organizationId()).containsOnly(organization));
            assertThat(store.documents()).containsKey(Keys.consumerLinked(consumer(organization)));
        }
        assertCounted("a", 1, 2, 0);
        assertCounted("b", 1, 3, 0);
    }

    @Test
    void nothingIsWrittenOfAnOrganizationWithARejectionAndTheOthersCommit() {
        Batch<AccumulatedUsage> first = batch(0, -1, usage(0, "a"), usage(1, "b"), inEuro(2, "b"), usage(3, "a"),
                inEuro(4, "b"));
        Batch<AccumulatedUsage> second = batch(1, -1, usage(0, "c"), usage(1, "d"), usage(2, "c"), inEuro(3, "d"));
        Batch<AccumulatedUsage> third = batch(2, -1, usage(2, "e"), usage(3, "e"));
        List<List<String>> reads = record(false);

        List<BatchAnswer> answers = aggregator.aggregate(List.of(first, second, third));

        assertThat(answers).extracting(BatchAnswer::committedTo).containsExactly(4L, 3L, 3L);
        assertThat(answers).extracting(BatchAnswer::stale).containsOnlyNulls();
        assertThat(answers).extracting(answer -> answer.rejected().stream().map(Rejection::position).toList())
                .as("the first one of an organization").containsExactly(List.of(2L), List.of(3L), List.of());
        assertThat(reads).filteredOn(keys -> keys.contains(key("a", Phase.MONTH))).as("attempts").hasSize(1);
        assertThat(documentsOf("b")).as("links included").isEmpty();
        assertThat(documentsOf("d")).as("links included").isEmpty();
        assertCounted("a", 2, 2, 3);
        assertCounted("c", 2, 2, 2);
        assertCounted("e", 2, 2, 3);

        // The stage above sends the batches with a rejection again.
        assertThat(aggregator.aggregate(List.of(
                batch(0, -1, usage(0, "a"), usage(1, "b"), known(inEuro(2, "b")), usage(3, "a"), known(inEuro(4, "b"))),
                batch(1, -1, usage(0, "c"), usage(1, "d"), usage(2, "c"), known(inEuro(3, "d"))))))
                .containsExactly(new BatchAnswer(4, List.of()), new BatchAnswer(3, List.of()));
        assertCounted("a", 2, 2, 3);
        assertCounted("b", 1, 2, 4, 2L, 4L);
        assertCounted("c", 2, 2, 2);
        assertCounted("d", 1, 2, 3, 3L);
    }

    @Test
    void rejectionsOfSeveralOrganizationsOfABatchAreAnsweredInItsOrder() {
        List<BatchAnswer> answers = aggregator.aggregate(List.of(
                batch(0, -1, usage(0, "a"), usage(1, "b"), inEuro(2, "b"), inEuro(3, "a")),
                batch(1, -1, usage(0, "c"), usage(1, "d"), inEuro(7, "d"), inEuro(8, "c"))));

        assertThat(answers).extracting(answer -> answer.rejected().stream().map(Rejection::position).toList())
                .containsExactly(List.of(2L, 3L), List.of(7L, 8L));
    }

    @Test
    void nothingIsWrittenOfAStaleBatchAndTheOthersCommit() {
        aggregator.aggregate(List.of(batch(1, -1, usage(0, "b"), usage(1, "b"), usage(2, "b"))));
        aggregator.aggregate(List.of(batch(1, 2, usage(3, "b"))));
        Map<String, Document> before = documentsOf("b");

        List<BatchAnswer> answers = aggregator.aggregate(List.of(batch(0, -1, usage(0, "a"), usage(1, "a")),
                batch(1, 0, usage(1, "b"), usage(4, "d"), usage(5, "b"), usage(6, "e"), inEuro(7, "e")),
                batch(2, -1, usage(1, "c"))));

        assertThat(answers).extracting(BatchAnswer::committedTo).as("of a stale one its cursor").containsExactly(1L, 0L, 1L);
        assertThat(answers).extracting(BatchAnswer::rejected).as("of a stale one none").allMatch(List::isEmpty);
        assertThat(answers.get(0).stale()).isNull();
        assertThat(answers.get(1).stale()).contains("position 1 of b", "committed up to 2", "cursor 0");
        assertThat(answers.get(2).stale()).isNull();
        assertThat(documentsOf("b")).isEqualTo(before);
        assertThat(documentsOf("d")).as("the other organizations of a stale batch").isEmpty();
        assertThat(documentsOf("e")).isEmpty();
        assertCounted("a", 2, 2, 1);
        assertCounted("c", 1, 2, 1);
    }

    @Test
    void nothingIsWrittenOfABatchWhoseLastOrganizationIsStale() {
        aggregator.aggregate(List.of(batch(0, -1, usage(0, "z"))));
        aggregator.aggregate(List.of(batch(0, 0, usage(1, "z"))));

        List<BatchAnswer> answers = aggregator.aggregate(List.of(batch(0, -1, usage(0, "z")), batch(1, -1, usage(0, "b"))));
        assertThat(answers.get(0).stale()).isNotNull();
        answers = aggregator.aggregate(List.of(batch(2, -1, usage(0, "c")),
                batch(0, -1, usage(0, "z"), usage(2, "a"), usage(3, "z"))));

        assertThat(answers).extracting(answer -> answer.stale() != null).containsExactly(false, true);
        assertThat(documentsOf("a")).isEmpty();
        assertCounted("b", 1, 2, 0);
        assertCounted("c", 1, 2, 0);
        assertCounted("z", 2, 2, 1);
    }

    @ParameterizedTest
    @EnumSource(value = Phase.class, names = {"CONSUMER", "DAY", "MONTH"})
    void anOrganizationWithAConflictTakesNoPartInTheLaterPhasesAndIsFoldedAgainAlone(Phase conflicting) {
        aggregator.aggregate(List.of(batch(0, -1, usage(0, "a"), usage(1, "b")), batch(1, -1, usage(0, "c"))));
        List<List<String>> reads = new ArrayList<>();
        List<List<String>> writes = new ArrayList<>();
        boolean[] changed = new boolean[1];
        store.faults((call, write, keys) -> {
            if (write && keys.contains(key("b", conflicting)) && !changed[0]) {
                Document document = store.documents().get(key("b", conflicting));
                store.apply(new Write.Replace(document.key(), document.version(), document.content()));
                changed[0] = true;
            }
            (write ? writes : reads).add(keys);
            return Fault.NONE;
        });

        List<BatchAnswer> answers = aggregator.aggregate(List.of(batch(0, 1, usage(2, "a"), usage(3, "b"), usage(4, "b")),
                batch(1, 0, usage(1, "c"), usage(2, "c"))));

        assertThat(answers).containsExactly(new BatchAnswer(4, List.of()), new BatchAnswer(2, List.of()));
        assertThat(writes.subList(0, 3)).extracting(MultipleBatchesTest::phases)
                .containsExactly(Set.of(Phase.CONSUMER), Set.of(Phase.DAY), Set.of(Phase.MONTH));
        for (Phase phase : List.of(Phase.CONSUMER, Phase.DAY, Phase.MONTH)) {
            List<String> keys = writes.get(phase.ordinal() - Phase.CONSUMER.ordinal());
            assertThat(keys).as("the others in phase %s", phase).contains(key("a", phase), key("c", phase));
            assertThat(keys.contains(key("b", phase))).as("b in phase %s", phase)
                    .isEqualTo(phase.compareTo(conflicting) <= 0);
        }
        assertThat(reads).as("two attempts").hasSize(6);
        for (List<List<String>> calls : List.of(reads, writes)) {
            assertThat(calls.subList(3, calls.size())).as("again").isNotEmpty().allSatisfy(keys ->
                    assertThat(keys).allMatch(key -> key.contains("/b/")));
        }
        assertCounted("a", 2, 2, 2);
        assertCounted("b", 3, 2, 4);
        assertCounted("c", 3, 2, 2);
    }

    @Test
    void aBatchThatAnotherDriverHasCommittedMeanwhileIsNotCountedTwice() {
        UsageAggregator other = new UsageAggregator(store.durable(), new CompiledPlans(10));
        boolean[] overtaken = new boolean[1];
        store.faults((call, write, keys) -> {
            if (write && keys.contains(key("b", Phase.CONSUMER)) && !overtaken[0]) {
                overtaken[0] = true;
                other.aggregate(List.of(batch(1, -1, usage(0, "b"), usage(1, "b"))));
            }
            return Fault.NONE;
        });

        List<BatchAnswer> answers = aggregator.aggregate(List.of(batch(0, -1, usage(0, "a"), usage(1, "a")),
                batch(1, -1, usage(0, "b"), usage(1, "b"), usage(2, "b")), batch(2, -1, usage(0, "c"))));

        assertThat(overtaken[0]).isTrue();
        assertThat(answers).containsExactly(new BatchAnswer(1, List.of()), new BatchAnswer(2, List.of()),
                new BatchAnswer(0, List.of()));
        assertCounted("a", 2, 2, 1);
        assertCounted("b", 3, 2, 2);
        assertCounted("c", 1, 2, 0);
    }

    @Test
    void aCallThatDiesAnywhereIsRepeatedToTheSameEnd() {
        List<Batch<AccumulatedUsage>> batches = List.of(
                batch(0, -1, usage(0, "a"), usage(1, "b"), known(inEuro(2, "b")), usage(3, "a")),
                batch(1, -1, usage(0, "c"), usage(1, "c")), batch(2, -1, usage(0, "d", "three", "USD")));
        boolean died = true;
        int calls = 0;
        for (; died; calls++) {
            MultipleBatchesTest run = new MultipleBatchesTest();
            int last = calls;
            run.store.faults((call, write, keys) -> call == last ? Fault.CRASH_HALFWAY : Fault.NONE);
            died = run.dies(batches);
            run.store.noFaults();

            assertThat(run.aggregator.aggregate(batches)).as("died at call %d", calls).containsExactly(
                    new BatchAnswer(3, List.of()), new BatchAnswer(1, List.of()), new BatchAnswer(0, List.of()));
            run.assertCounted("a", 2, 2, 3);
            run.assertCounted("b", 1, 2, 2, 2L);
            run.assertCounted("c", 2, 2, 1);
            run.assertCounted("d", 1, 3, 0);
        }
        assertThat(calls).as("calls to the store, and once without dying").isEqualTo(12);
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
