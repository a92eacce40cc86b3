package io.quipu.collector.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quipu.collector.log.LoggedUsage;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.web.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UsageLookupTest {

    private static final Origin ORIGIN = new Origin("o1", "s1", "c1", "r1", "p1", "i1", 0, Samples.NOW);

    private final FakeLog log = new FakeLog(Samples.NOW);
    private final Map<Long, DispositionSource.Disposition> dispositions = new ConcurrentHashMap<>();
    private final UsageLookup lookup = new UsageLookup(log,
            (partition, position) -> Optional.ofNullable(dispositions.get(position)));
    private final int partition = log.partition("o1");

    @BeforeEach
    void oneUsageIsStored() {
        log.append(partition, List.of(new LoggedUsage(ORIGIN, new Pin("a1", "USA", "USD", "t", "hash"), List.of(), null,
                null)));
    }

    @Test
    void anAcceptedUsageIsShownWithItsPinAndTime() {
        UsageDocument document = lookup.find(path(0));
        assertThat(document.organizationId()).isEqualTo("o1");
        assertThat(document.position()).isZero();
        assertThat(document.acceptedAt()).isEqualTo("2026-11-21T12:00:00Z");
        assertThat(document.pin().accountId()).isEqualTo("a1");
        assertThat(document.disposition()).isEqualTo(new UsageDocument.Disposition("accepted", null, null, null));
    }

    @Test
    void anEventSaysWhatHappened() {
        Event event = new Event(Event.Kind.STOP, "e1");
        log.append(partition, List.of(new LoggedUsage(ORIGIN, new Pin("", "", "", "t", "none"), List.of(), null, null, event,
                null)));
        assertThat(lookup.find(path(65536)).event()).isEqualTo(event);
        assertThat(lookup.find(path(0)).event()).isNull();
    }

    @Test
    void theEndOfASnapshotHasNoLocation() {
        log.append(partition, List.of(LoggedUsage.complete("o1", "r1", Samples.NOW, "s1")));
        assertThat(catchThrowableOfType(Problem.class, () -> lookup.find(Locations.USAGE + "/t/000" + Samples.NOW
                + "/k/o1///r1///" + partition + "-65536")).code()).isEqualTo("usage_not_found");
    }

    @Test
    void aDuplicateNamesTheLocationOfTheFirst() {
        dispositions.put(0L, new DispositionSource.Disposition("duplicate", "duplicate", "sent twice", 131072L));
        assertThat(lookup.find(path(0)).disposition()).isEqualTo(
                new UsageDocument.Disposition("duplicate", "duplicate", "sent twice", path(131072)));
    }

    @Test
    void whatIsNotThereIsNotFound() {
        int other = (partition + 1) % FakeLog.PARTITIONS;
        for (String path : List.of(path(1), path(65536), Locations.of(ORIGIN, other, 0), Locations.of(ORIGIN, 999_999, 0),
                path(0).replace("/s1/", "/s2/"), path(0).replace("/o1/", "/o2/"), path(0) + "/", "/elsewhere")) {
            assertThat(catchThrowableOfType(Problem.class, () -> lookup.find(path)).status()).as(path).isEqualTo(404);
        }
    }

    @Test
    void whatWasTrimmedIsGone() {
        log.trim(partition, 1);
        Problem problem = catchThrowableOfType(Problem.class, () -> lookup.find(path(0)));
        assertThat(problem.status()).isEqualTo(410);
        assertThat(problem.code()).isEqualTo("trimmed");
    }

    private String path(long position) {
        return Locations.of(ORIGIN, partition, position);
    }
}
