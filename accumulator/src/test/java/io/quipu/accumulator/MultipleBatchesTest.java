package io.quipu.accumulator;

import static io.quipu.accumulator.RejectingStage.rejection;
import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.accumulator.RejectingStage.Place;
import io.quipu.accumulator.domain.InstanceKey;
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
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.wire.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/**
 * Batches that come in one call share a read, a call below and a write; rejections, staleness and conflicts stay matters of
 * one batch. The same positions occur in every partition.
 */
class MultipleBatchesTest {

    private static final long NOON = 1_795_262_400_000L;
    private static final Window MONTH = Window.month(NOON);
    private static final Window DAY = Window.day(NOON);
    private static final PlanVersion PLAN = new PlanVersion("basic",
            new MeteringPlan("m", List.of(new MeteringPlan.Measure("q", "UNIT")),
                    List.of(new MeteringPlan.Metric("q", "UNIT", null, null, null))),
            new RatingPlan("r", List.of()), new PricingPlan("p", List.of()));

    private final FaultyStore store = new FaultyStore();
    private final RejectingStage below = new RejectingStage();
    private final AtomicLong time = new AtomicLong();
    private final UsageAccumulator accumulator = new UsageAccumulator(store, new CompiledPlans(10), below, time::get);

    private static MeteredUsage usage(int partition, long position) {
        return new MeteredUsage(position, NOON, new Origin("o" + partition, "s", "c", "db", "basic", "i", NOON, NOON),
                new Pin("1234", "USA", "USD", "db", "plan"),
                List.of(new MeteredQuantity("q", Value.of(BigDecimal.ONE))));
    }

    /** The usages from one position to another, both inclusive, that come after the cursor. */
    private static Batch<MeteredUsage> batch(int partition, long from, long to) {
        return new Batch<>(partition, from - 1, Map.of("plan", PLAN),
                LongStream.rangeClosed(from, to).mapToObj(position -> usage(partition, position)).toList());
    }

    private static List<Long> positions(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private static String key(int partition, Window window) {
        return InstanceKey.of(usage(partition, 0).origin(), PLAN.path()).document(window);
    }

    private InstanceWindow document(int partition, Window window) {
        return Json.read(store.documents().get(key(partition, window)).content(), InstanceWindow.class);
    }

    /** That many usages of a partition count, in the month and in the day, and those positions do not. */
    private void assertCounted(int partition, long usages, long committedTo, Long... rejected) {
        for (Window window : List.of(MONTH, DAY)) {
            InstanceWindow document = document(partition, window);
            assertThat(document.metrics()).as("partition %d", partition).singleElement().satisfies(metric ->
                    assertThat(metric.state()).isEqualTo(Value.of(BigDecimal.valueOf(usages))));
            assertThat(document.watermark().position()).isEqualTo(committedTo);
            assertThat(document.watermark().rejected()).as("rejected in partition %d", partition)
                    .extracting(rejection -> rejection.position()).containsExactly(rejected);
        }
    }

    private Map<String, Document> documentsOf(int partition) {
        Map<String, Document> documents = new TreeMap<>(store.documents());
        documents.keySet().removeIf(key -> !key.contains("/o" + partition + "/"));
        return documents;
    }

    /** From now on, the keys of each write. */
    private List<List<String>> recordWrites() {
        List<List<String>> writes = new ArrayList<>();
        store.faults((call, write, keys) -> {
            if (write) {
                writes.add(keys);
            }
            return Fault.NONE;
        });
        return writes;
    }

    @Test
    void batchesShareAReadACallBelowAndAWrite() {
        accumulator.accumulate(List.of(batch(0, 0, 0), batch(1, 0, 0), batch(2, 0, 0)));
        below.calls.clear();
        List<List<String>> writes = recordWrites();

        List<BatchAnswer> answers = accumulator.accumulate(List.of(batch(2, 1, 5), batch(0, 1, 3), batch(1, 1, 4)));

        assertThat(answers).containsExactly(new BatchAnswer(5, List.of()), new BatchAnswer(3, List.of()),
                new BatchAnswer(4, List.of()));
        assertThat(below.calls).singleElement().satisfies(sent ->
                assertThat(sent).extracting(Batch::partition).as("in the order in which they came").containsExactly(2, 0, 1));
        assertThat(writes).hasSize(1);
        assertThat(store.calls()).as("a read and a write").isEqualTo(2);
        assertCounted(0, 4, 3);
        assertCounted(1, 5, 4);
        assertCounted(2, 6, 5);
    }

    @Test
    void onlyTheBatchWithARejectionIsFoldedAgainInParts() {
        below.rejects.add(new Place(1, 5));
        List<List<String>> writes = recordWrites();

        List<BatchAnswer> answers = accumulator.accumulate(List.of(batch(0, 0, 19), batch(1, 0, 19), batch(2, 0, 19)));

        assertThat(answers).containsExactly(new BatchAnswer(19, List.of()), new BatchAnswer(19, List.of(rejection(5))),
                new BatchAnswer(19, List.of()));
        assertThat(below.calls).hasSize(3);
        assertThat(below.sent(0)).isEqualTo(Map.of(0, positions(0, 19), 1, positions(0, 19), 2, positions(0, 19)));
        assertThat(below.sent(1)).as("half of it").isEqualTo(Map.of(1, positions(0, 9)));
        assertThat(below.sent(2)).as("the rest").isEqualTo(Map.of(1, positions(10, 19)));
        assertCounted(0, 20, 19);
        assertCounted(1, 19, 19, 5L);
        assertCounted(2, 20, 19);
        assertThat(writes).as("writes of each partition")
                .satisfies(all -> assertThat(all).filteredOn(keys -> keys.contains(key(0, MONTH))).hasSize(1))
                .satisfies(all -> assertThat(all).filteredOn(keys -> keys.contains(key(1, MONTH))).hasSize(2))
                .satisfies(all -> assertThat(all).filteredOn(keys -> keys.contains(key(2, MONTH))).hasSize(1));
    }

    @Test
    void aRejectionConcernsItsPositionInItsPartitionOnly() {
        below.rejects.addAll(List.of(new Place(0, 3), new Place(1, 5), new Place(1, 3), new Place(2, 7)));

        List<BatchAnswer> answers = accumulator.accumulate(
                List.of(batch(0, 0, 9), batch(1, 0, 9), batch(2, 0, 9), batch(3, 0, 9)));

        assertThat(answers).containsExactly(new BatchAnswer(9, List.of(rejection(3))),
                new BatchAnswer(9, List.of(rejection(3), rejection(5))), new BatchAnswer(9, List.of(rejection(7))),
                new BatchAnswer(9, List.of()));
        assertCounted(0, 9, 9, 3L);
        assertCounted(1, 8, 9, 3L, 5L);
        assertCounted(2, 9, 9, 7L);
        assertCounted(3, 10, 9);
    }

    @Test
    void nothingIsWrittenOfAStaleBatchAndTheOthersCommit() {
        accumulator.accumulate(List.of(batch(0, 0, 3)));
        accumulator.accumulate(List.of(batch(0, 4, 4)));
        Map<String, Document> before = documentsOf(0);
        below.stale.add(2);
        below.calls.clear();

        List<BatchAnswer> answers = accumulator.accumulate(
                List.of(batch(0, 2, 6), batch(1, 0, 4), batch(2, 0, 4), batch(3, 0, 6)));

        assertThat(answers).extracting(BatchAnswer::committedTo).as("of a stale one its cursor")
                .containsExactly(1L, 4L, -1L, 6L);
        assertThat(answers).extracting(BatchAnswer::rejected).allMatch(List::isEmpty);
        assertThat(answers.get(0).stale()).contains("position 2", "committed up to 3", "cursor 1");
        assertThat(answers.get(1).stale()).isNull();
        assertThat(answers.get(2).stale()).isEqualTo("stale below");
        assertThat(answers.get(3).stale()).isNull();
        assertThat(below.calls).hasSize(1);
        assertThat(below.sent(0)).isEqualTo(Map.of(1, positions(0, 4), 2, positions(0, 4), 3, positions(0, 6)));
        assertThat(documentsOf(0)).isEqualTo(before);
        assertThat(documentsOf(2)).as("documents, links and markers of what is stale below").isEmpty();
        assertCounted(1, 5, 4);
        assertCounted(3, 7, 6);
    }

    @Test
    void aBatchThatIsStaleBelowAfterARejectionIsStaleAndTheOthersGoOn() {
        below.rejects.addAll(List.of(new Place(0, 1), new Place(1, 2)));
        UsageAccumulator forgetful = new UsageAccumulator(store, new CompiledPlans(10), batches -> {
            if (below.calls.size() == 1) {
                below.stale.add(0);
            }
            return below.apply(batches);
        }, time::get);

        List<BatchAnswer> answers = forgetful.accumulate(List.of(batch(0, 0, 4), batch(1, 0, 4)));

        assertThat(answers).containsExactly(new BatchAnswer(-1, List.of(), "stale below"),
                new BatchAnswer(4, List.of(rejection(2))));
        assertThat(documentsOf(0)).isEmpty();
        assertCounted(1, 4, 4, 2L);
    }

    @Test
    void onlyTheBatchWithAConflictIsSentAndWrittenAgain() {
        // Another driver of partition 1 has come further between this one's read and write.
        UsageAccumulator other = new UsageAccumulator(store.durable(), new CompiledPlans(10), below, time::get);
        List<List<String>> reads = new ArrayList<>();
        List<List<String>> writes = new ArrayList<>();
        store.faults((call, write, keys) -> {
            if (write && keys.contains(key(1, MONTH)) && writes.isEmpty()) {
                other.accumulate(List.of(batch(1, 0, 2)));
            }
            if (keys.contains(key(1, MONTH))) {
                (write ? writes : reads).add(keys);
            }
            return Fault.NONE;
        });

        List<BatchAnswer> answers = accumulator.accumulate(List.of(batch(0, 0, 5), batch(1, 0, 5), batch(2, 0, 5)));

        assertThat(answers).containsOnly(new BatchAnswer(5, List.of())).hasSize(3);
        assertThat(below.calls).as("this one's, the other's, and this one's again").hasSize(3);
        assertThat(below.sent(0)).containsOnlyKeys(0, 1, 2);
        assertThat(below.sent(1)).isEqualTo(Map.of(1, positions(0, 2)));
        assertThat(below.sent(2)).isEqualTo(Map.of(1, positions(3, 5)));
        assertThat(reads).hasSize(2).last().asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .containsExactlyInAnyOrder(key(1, MONTH), key(1, DAY));
        assertThat(writes).hasSize(2).last().asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .containsExactlyInAnyOrder(key(1, MONTH), key(1, DAY));
        for (int partition = 0; partition < 3; partition++) {
            assertCounted(partition, 6, 5);
        }
    }

    @Test
    void aConflictOnOneDocumentOfABatchIsSettledWithoutSendingItAgain() {
        accumulator.accumulate(List.of(batch(0, 0, 0), batch(1, 0, 0), batch(2, 0, 0)));
        below.calls.clear();
        List<List<String>> writes = new ArrayList<>();
        store.faults((call, write, keys) -> {
            if (write && writes.isEmpty()) {
                Document day = store.documents().get(key(1, DAY));
                store.apply(new Write.Replace(day.key(), day.version(), day.content()));
            }
            if (write) {
                writes.add(keys);
            }
            return Fault.NONE;
        });

        List<BatchAnswer> answers = accumulator.accumulate(List.of(batch(0, 1, 5), batch(1, 1, 5), batch(2, 1, 5)));

        assertThat(answers).containsOnly(new BatchAnswer(5, List.of())).hasSize(3);
        assertThat(below.calls).as("the month says that the stage below has committed").hasSize(1);
        assertThat(writes).hasSize(2);
        assertThat(writes.get(1)).containsExactly(key(1, DAY));
        for (int partition = 0; partition < 3; partition++) {
            assertCounted(partition, 6, 5);
        }
    }

    @Test
    void answersFromBelowAreOfTheBatchesThatHadSomethingToSend() {
        below.rejects.addAll(List.of(new Place(2, 1), new Place(3, 4)));
        below.stale.add(4);
        accumulator.accumulate(List.of(batch(0, 0, 3), batch(2, 0, 3)));
        below.calls.clear();

        // What was committed is driven again, between what is new.
        List<BatchAnswer> answers = accumulator.accumulate(List.of(batch(0, 0, 3), batch(4, 0, 3), batch(2, 0, 3),
                batch(3, 0, 5), batch(1, 0, 3)));

        assertThat(answers).containsExactly(new BatchAnswer(3, List.of()), new BatchAnswer(-1, List.of(), "stale below"),
                new BatchAnswer(3, List.of(rejection(1))), new BatchAnswer(5, List.of(rejection(4))),
                new BatchAnswer(3, List.of()));
        assertThat(below.calls).hasSize(2);
        assertThat(below.calls.get(0)).extracting(Batch::partition).containsExactly(4, 3, 1);
        assertThat(below.sent(1)).isEqualTo(Map.of(3, positions(0, 5)));
        assertCounted(0, 4, 3);
        assertCounted(1, 4, 3);
        assertCounted(2, 3, 3, 1L);
        assertCounted(3, 5, 5, 4L);
        assertThat(documentsOf(4)).isEmpty();
    }

    @Test
    void whatTheOthersHaveCommittedStaysWhenTheTimeOfOneIsUp() {
        LongStream.range(0, 9).forEach(position -> below.rejects.add(new Place(1, position)));
        Duration perCall = UsageAccumulator.TIME_LIMIT.dividedBy(4);
        UsageAccumulator slow = new UsageAccumulator(store, new CompiledPlans(10), batches -> {
            time.addAndGet(perCall.toNanos());
            return below.apply(batches);
        }, time::get);

        List<BatchAnswer> late = slow.accumulate(List.of(batch(0, 0, 8), batch(1, 0, 8)));

        assertThat(late.get(0)).isEqualTo(new BatchAnswer(8, List.of()));
        assertThat(late.get(1).stale()).as("to be driven again").contains("1 of 2 batches");
        assertCounted(0, 9, 8);
        assertThat(documentsOf(1)).isEmpty();
        below.calls.clear();
        assertThat(accumulator.accumulate(List.of(batch(0, 0, 8), batch(1, 0, 8)))).extracting(BatchAnswer::rejected)
                .satisfiesExactly(none -> assertThat(none).isEmpty(), all -> assertThat(all).hasSize(9));
        assertThat(below.calls).allSatisfy(sent -> assertThat(sent).extracting(Batch::partition).containsExactly(1));
    }

    @Test
    void aCallThatDiesAnywhereIsRepeatedToTheSameEnd() {
        List<Batch<MeteredUsage>> batches = List.of(batch(0, 0, 9), batch(1, 0, 9), batch(2, 0, 9));
        boolean died = true;
        int calls = 0;
        for (; died; calls++) {
            MultipleBatchesTest run = new MultipleBatchesTest();
            run.below.rejects.addAll(List.of(new Place(1, 2), new Place(2, 7)));
            int last = calls;
            run.store.faults((call, write, keys) -> call == last ? Fault.CRASH_HALFWAY : Fault.NONE);
            died = run.dies(batches);
            run.store.noFaults();

            assertThat(run.accumulator.accumulate(batches)).as("died at call %d", calls).containsExactly(
                    new BatchAnswer(9, List.of()), new BatchAnswer(9, List.of(rejection(2))),
                    new BatchAnswer(9, List.of(rejection(7))));
            run.assertCounted(0, 10, 9);
            run.assertCounted(1, 9, 9, 2L);
            run.assertCounted(2, 9, 9, 7L);
        }
        assertThat(calls).as("calls to the store").isGreaterThan(6);
    }

    private boolean dies(List<Batch<MeteredUsage>> batches) {
        try {
            accumulator.accumulate(batches);
            return false;
        } catch (FaultyStore.Crash e) {
            return true;
        }
    }
}
