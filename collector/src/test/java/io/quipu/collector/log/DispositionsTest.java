package io.quipu.collector.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.log.Dispositions.Disposition;
import io.quipu.collector.log.Dispositions.Located;
import io.quipu.collector.log.Dispositions.Status;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.Position;
import io.quipu.common.usage.Rejection;
import io.quipu.common.wire.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class DispositionsTest {

    private final FaultyStore store = new FaultyStore();
    private final Collector collector = new Collector(store);
    private final Dispositions dispositions = new Dispositions(collector.log, collector.log.documents());

    private Disposition disposition(long position) {
        return ((Located.Found) dispositions.of(0, position)).disposition();
    }

    private void mark(long position, LoggedUsage usage) {
        collector.log.documents().insert(List.of(new Write.Insert(DedupMark.key(usage), Json.write(
                new DedupMark(DedupMark.VERSION, position, DedupMark.content(usage))))));
    }

    @Test
    void usageIsAcceptedThenProcessed() {
        collector.append("a");
        assertThat(disposition(0)).isEqualTo(new Disposition(Status.ACCEPTED, null, null, null));
        mark(0, Samples.usage("a"));
        assertThat(disposition(0).status()).isEqualTo(Status.ACCEPTED);
        collector.drivenTo(0);
        assertThat(disposition(0)).isEqualTo(new Disposition(Status.PROCESSED, null, null, null));
        assertThat(dispositions.of(0, 0)).isEqualTo(new Located.Found(Samples.usage("a"), ManualClock.NOON,
                new Disposition(Status.PROCESSED, null, null, null)));
    }

    @Test
    void duplicateNamesTheFirstAndAConflictIsSaid() {
        collector.append(Samples.usage("a"), Samples.usage("a"), Samples.usage("a", ManualClock.NOON, "2"));
        mark(0, Samples.usage("a", ManualClock.NOON, "1.0"));

        assertThat(disposition(0).status()).isEqualTo(Status.ACCEPTED);
        assertThat(disposition(1)).isEqualTo(new Disposition(Status.DUPLICATE, null, null, 0L));
        assertThat(disposition(2).status()).isEqualTo(Status.DUPLICATE);
        assertThat(disposition(2).code()).isEqualTo("conflict");
        assertThat(disposition(2).duplicateOf()).isZero();
    }

    @Test
    void rejectedUsageSaysWhy() {
        collector.append("a");
        collector.log.documents().insert(List.of(LogDocuments.rejectedUsage(0,
                new Rejection(0, "meter", "not_finite", "1 / 0"), Write.NEVER)));

        assertThat(disposition(0)).isEqualTo(new Disposition(Status.REJECTED, "not_finite", "1 / 0", null));
    }

    @Test
    void theEndOfASnapshotIsNoUsage() {
        collector.append(LoggedUsage.complete("org", "object-storage", ManualClock.NOON, "s"), Samples.usage("a"));
        assertThat(dispositions.of(0, 0)).isEqualTo(new Located.Absent());
        assertThat(disposition(1).status()).isEqualTo(Status.ACCEPTED);
    }

    @Test
    void absentIsNotTrimmed() {
        collector.append("a");
        assertThat(dispositions.of(0, -1)).isEqualTo(new Located.Absent());
        assertThat(dispositions.of(0, Position.of(0, 1))).isEqualTo(new Located.Absent());
        assertThat(dispositions.of(0, Position.of(1, 0))).isEqualTo(new Located.Absent());

        store.apply(new Write.Insert(Keys.trim(0), Json.write(new Trim(Trim.VERSION, 2, 0, 0, 5))));
        assertThat(dispositions.of(0, Position.of(1, 0))).isEqualTo(new Located.Trimmed(2));
        assertThat(dispositions.of(0, Position.of(2, 0))).isEqualTo(new Located.Absent());
    }
}
