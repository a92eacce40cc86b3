package io.quipu.collector.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.LogProgress;
import io.quipu.common.running.Reconciled.Counts;
import io.quipu.common.running.SnapshotQuery;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotProgressTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final List<Duration> pauses = new ArrayList<>();
    private final List<List<Integer>> reads = new ArrayList<>();
    private final List<SnapshotQuery> asked = new ArrayList<>();
    private final Map<Integer, Long> lengths = new java.util.TreeMap<>();
    private long now = 1_000;
    private long position = -1;
    private long sequence;
    private long duration;
    private Runnable onPause = () -> { };
    private RuntimeException away;

    private final SnapshotProgress progress = new SnapshotProgress(new LogProgress() {
        @Override
        public List<Cursor> cursors(List<Integer> partitions) {
            reads.add(partitions);
            return partitions.stream().map(p -> new Cursor(Cursor.VERSION, position, sequence)).toList();
        }

        @Override
        public List<Long> lengths(List<Integer> partitions) {
            return partitions.stream().map(p -> lengths.getOrDefault(p, 0L)).toList();
        }
    }, query -> {
        asked.add(query);
        now += duration;
        if (away != null) {
            throw away;
        }
        return new Counts(1, 2, 3, 4);
    }, PATIENCE, () -> now, pause -> {
        pauses.add(pause);
        now += pause.toMillis();
        onPause.run();
    });

    @AfterEach
    void nobodyIsInterruptedAnyMore() {
        Thread.interrupted();
    }

    private static SnapshotIntake.Taken taken(String organizationId, boolean complete, Map<Integer, Long> positions) {
        return new SnapshotIntake.Taken(new SnapshotHeader("s", 7L, "r", organizationId, complete, 1), positions);
    }

    @Test
    void whatIsDrivenAlreadyIsToldAtOnce() {
        position = 10;
        assertThat(progress.await(taken("o", false, Map.of(3, 10L)))).contains(new Counts(1, 2, 3, 4));
        assertThat(asked).containsExactly(new SnapshotQuery("o", null, "r", 7, "s"));
        assertThat(pauses).isEmpty();
    }

    @Test
    void allPartitionsAreReadTogetherLessAndLessOftenUntilTheTimeIsOver() {
        position = 9;
        assertThat(progress.await(taken(null, false, Map.of(3, 10L, 1, 2L)))).isEmpty();
        assertThat(reads).allMatch(List.of(1, 3)::equals).hasSize(pauses.size() + 1);
        assertThat(pauses.stream().mapToLong(Duration::toMillis).sum()).isEqualTo(PATIENCE.toMillis());
        assertThat(pauses).startsWith(Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofMillis(40));
        assertThat(pauses).hasSizeLessThan(25).allMatch(pause -> pause.toMillis() <= 320);
        assertThat(asked).isEmpty();
    }

    @Test
    void ofACompleteSnapshotWhatItClosesIsWaitedForToo() {
        position = 10;
        sequence = 11;
        lengths.put(3, 13L);
        onPause = () -> {
            assertThat(asked).isEmpty();
            sequence++;
        };
        assertThat(progress.await(taken("o", true, Map.of(3, 10L)))).isPresent();
        assertThat(pauses).hasSize(2);
    }

    @Test
    void figuresOfASnapshotOfAllAreThoseOfItsPartitions() {
        position = 10;
        assertThat(progress.await(taken(null, true, Map.of(0, 1L, 1, 2L, 2, 10L)))).contains(new Counts(3, 6, 9, 12));
        assertThat(asked).extracting(SnapshotQuery::partition).containsExactly(0, 1, 2);
        assertThat(asked).extracting(SnapshotQuery::organizationId).containsOnlyNulls();
    }

    @Test
    void noFiguresAreAskedForWhenTheTimeIsUp() {
        position = 10;
        SnapshotIntake.Taken ofAll = taken(null, true, Map.of(0, 1L, 1, 2L, 2, 10L));
        duration = PATIENCE.toMillis() / 2;
        assertThat(progress.await(ofAll)).isEmpty();
        assertThat(asked).extracting(SnapshotQuery::partition).containsExactly(0, 1);
        duration = PATIENCE.toMillis() / 2 - 1;
        assertThat(progress.await(ofAll)).contains(new Counts(3, 6, 9, 12));
    }

    @Test
    void nothingDependsOnTheFigures() {
        position = 10;
        SnapshotIntake.Taken taken = taken("o", false, Map.of(3, 10L));
        away = new StageUnavailableException("away", null);
        assertThat(progress.await(taken)).isEmpty();
        away = new StoreException("away");
        assertThat(progress.await(taken)).isEqualTo(Optional.empty());
    }
}
