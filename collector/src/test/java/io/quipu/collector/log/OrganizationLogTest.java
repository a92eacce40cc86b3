package io.quipu.collector.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.log.OrganizationLog.Entry;
import io.quipu.collector.log.OrganizationLog.Page;
import io.quipu.collector.log.OrganizationLog.Query;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.Write;
import io.quipu.common.time.Window;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Position;
import io.quipu.common.usage.Rejection;
import io.quipu.common.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrganizationLogTest {

    private static final Window NOVEMBER = Window.parse("2026-11");
    private static final Duration DAY = Duration.ofDays(1);

    private final FaultyStore store = new FaultyStore();
    private final Collector collector = new Collector(store, 1, 1_000_000, Duration.ofDays(40));

    private static LoggedUsage usage(String organization, String dedupId, long end) {
        LoggedUsage sample = Samples.usage(dedupId, end, "1");
        return new LoggedUsage(new Origin(organization, "space", "app", "object-storage", "basic", "instance", end, end),
                sample.pin(), sample.measuredUsage(), dedupId, null);
    }

    private List<Entry> all(Query query) {
        List<Entry> entries = new ArrayList<>();
        Page page = new OrganizationLog(collector.log).read(query, entries::add);
        assertThat(page).isEqualTo(new Page(true, null));
        return entries;
    }

    private static Query query(Window month) {
        return new Query("org", month, null, Position.NONE);
    }

    private static List<String> ids(List<Entry> entries) {
        return entries.stream().map(entry -> entry.usage().dedupId()).toList();
    }

    @Test
    void onlyTheOrganizationsUsageThatEndedInTheMonthIsReadInLogOrder() {
        long last = NOVEMBER.to() - 1;
        collector.clock.set(NOVEMBER.to());
        collector.append(usage("org", "a", last), usage("other", "b", last), usage("org", "c", last + 1));
        collector.append(usage("org", "d", NOVEMBER.from()), usage("org", "a", last));

        List<Entry> november = all(query(NOVEMBER));

        assertThat(ids(november)).as("duplicates too; what is too late for the log is not in it").containsExactly("a", "a");
        assertThat(november).extracting(Entry::position).containsExactly(Position.of(0, 0), Position.of(1, 0));
        assertThat(november).extracting(Entry::acceptedAt).containsOnly(NOVEMBER.to());
        assertThat(ids(all(query(NOVEMBER.next())))).containsExactly("c");
        assertThat(all(new Query("nobody", NOVEMBER, null, Position.NONE))).isEmpty();
    }

    @Test
    void theEndOfASnapshotIsLeftOut() {
        collector.append(Samples.usage("a"), LoggedUsage.complete("org", "object-storage", ManualClock.NOON, "s"),
                Samples.usage("b"));
        assertThat(ids(all(query(NOVEMBER)))).containsExactly("a", "b");
    }

    @Test
    void rejectionsAreToldWithTheirUsage() {
        collector.append("a", "b");
        Rejection rejection = new Rejection(Position.of(0, 1), "meter", "metering_failed", "why");
        collector.log.documents().insert(List.of(LogDocuments.rejectedUsage(0, rejection, Write.NEVER)));

        assertThat(all(query(NOVEMBER))).extracting(Entry::rejection).containsExactly(null, rejection);
    }

    @Test
    void aPageEndsWithTheSegmentThatFillsItAndTheNextGoesOnThere() {
        for (int i = 0; i < 7; i++) {
            collector.append("a" + i, "b" + i);
        }
        List<String> read = new ArrayList<>();
        List<Long> nexts = new ArrayList<>();
        Long from = null;
        do {
            Page page = new OrganizationLog(collector.log, 3).read(new Query("org", NOVEMBER, from, Position.NONE),
                    entry -> read.add(entry.usage().dedupId()));
            from = page.next();
            nexts.add(from);
        } while (from != null);

        assertThat(read).hasSize(14).doesNotHaveDuplicates();
        assertThat(nexts).containsExactly(2L, 4L, 6L, null);
    }

    /** A year of one usage a day: only the segments of the month's log time are looked at. */
    @Test
    void logTimeBoundsWhatIsRead() {
        collector.clock.set(Instant.parse("2026-01-01T12:00:00Z").toEpochMilli());
        for (int day = 0; day < 365; day++) {
            collector.append(Samples.usage("day-" + day, collector.clock.millis(), "1"));
            collector.clock.advance(DAY);
        }
        collector.drivenTo(364);
        Collector restarted = new Collector(store);
        List<Entry> entries = new ArrayList<>();
        store.noFaults();

        Page page = new OrganizationLog(restarted.log).read(query(Window.parse("2026-03")), entries::add);

        assertThat(page).isEqualTo(new Page(true, null));
        assertThat(ids(entries)).hasSize(31).startsWith("day-59").endsWith("day-89");
        assertThat(store.calls()).as("9 steps of halving, 36 segments by eights, 31 looks for rejections, marks")
                .isLessThan(55);
    }

    @Test
    void edgesOfLateAndEarlyUsageAreInside() {
        long from = NOVEMBER.from();
        collector.clock.set(from - Duration.ofMinutes(70).toMillis());
        collector.append(usage("org", "before", from - 1));
        collector.append(usage("org", "early", from));
        long late = NOVEMBER.to() - 1 + Duration.ofHours(49).toMillis();
        collector.clock.set(late);
        collector.append(usage("org", "late", NOVEMBER.to() - 1));
        collector.clock.set(late + 1);
        collector.append(usage("org", "next", NOVEMBER.to()));
        collector.drivenTo(3);

        assertThat(ids(all(query(NOVEMBER)))).containsExactly("early", "late");
    }

    /** As under a longer slack, which was shortened since. */
    @Test
    void whatAWatermarkSaysIsThereIsReadWhateverLogTimeSays() {
        collector.append("a");
        long position = Position.of(1, 0);
        collector.append(usage("org", "long-slack", collector.clock.millis()));
        collector.clock.set(NOVEMBER.to() + Duration.ofDays(20).toMillis());
        collector.append(usage("org", "b", collector.clock.millis()));
        Segment second = collector.segment(1);
        store.documents().remove(Keys.segment(0, 1));
        collector.log.documents().insert(List.of(new Write.Insert(Keys.segment(0, 1),
                Json.write(new Segment(1, 0, 1, "w", NOVEMBER.to() + Duration.ofDays(10).toMillis(),
                        second.sequence(), second.latestEnd(), second.usage())))));
        OrganizationLog restarted = new OrganizationLog(new Collector(store).log);
        List<Entry> entries = new ArrayList<>();

        restarted.read(query(NOVEMBER), entries::add);
        assertThat(ids(entries)).containsExactly("a");
        entries.clear();
        restarted.read(new Query("org", NOVEMBER, null, position), entries::add);
        assertThat(ids(entries)).containsExactly("a", "long-slack");
    }

    @Test
    void aLogThatWasTrimmedIntoTheMonthIsNotComplete() {
        for (int day = 0; day < 90; day++) {
            collector.append(Samples.usage("day-" + day, collector.clock.millis(), "1"));
            collector.clock.advance(DAY);
        }
        collector.drivenTo(89);
        new LogTrimmer(collector.log.documents(), collector.log.times()).trim(0);
        assertThat(collector.log.lowestKept(0)).isEqualTo(49);
        OrganizationLog log = new OrganizationLog(collector.log);

        assertThat(log.read(query(Window.parse("2026-12")), entry -> { })).isEqualTo(new Page(false, null));
        assertThat(log.read(query(Window.parse("2027-01")), entry -> { })).as("trimmed up to 2027-01-08").isEqualTo(
                new Page(false, null));
        assertThat(log.read(query(Window.parse("2027-02")), entry -> { })).isEqualTo(new Page(true, null));
    }

    @Test
    void whatIsTrimmedWhileItIsReadIsNotComplete() {
        for (int day = 0; day < 60; day++) {
            collector.append(Samples.usage("day-" + day, collector.clock.millis(), "1"));
            collector.clock.advance(DAY);
        }
        collector.drivenTo(59);
        LogTrimmer trimmer = new LogTrimmer(collector.log.documents(), collector.log.times());

        Page page = new OrganizationLog(collector.log).read(query(NOVEMBER), entry -> trimmer.trim(0));

        assertThat(page.complete()).isFalse();
    }

    @Test
    void progressIsTheCursor() {
        collector.append("a");
        assertThat(new OrganizationLog(collector.log).progress("org"))
                .isEqualTo(new OrganizationLog.Progress(0, Position.NONE));
        collector.drivenTo(0);
        assertThat(new OrganizationLog(collector.log).progress("org"))
                .isEqualTo(new OrganizationLog.Progress(0, Position.of(0, 0)));
    }
}
