package io.quipu.collector.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.FaultyStore.Fault;
import io.quipu.common.store.StoreException;
import io.quipu.common.usage.Keys;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LogTrimmerTest {

    private final FaultyStore store = new FaultyStore();
    private final Collector collector = new Collector(store, 1, 1_000_000, Duration.ofDays(10));
    private final LogTrimmer trimmer = new LogTrimmer(collector.log.documents(), collector.log.times());

    /** One segment a day. */
    private void days(int days) {
        for (int day = 0; day < days; day++) {
            collector.append(Samples.usage("day-" + day, collector.clock.millis(), "1"));
            collector.clock.advance(Duration.ofDays(1));
        }
    }

    private List<Long> kept() {
        return LongStream.range(0, 1_000).filter(n -> store.documents().containsKey(Keys.segment(0, n))).boxed().toList();
    }

    @Test
    void onlySegmentsOlderThanTheRetentionAtTheCursorGo() {
        days(20);
        trimmer.trim(0);
        assertThat(kept()).as("nothing driven, nothing trimmed").hasSize(20);

        collector.drivenTo(15);
        trimmer.trim(0);

        assertThat(kept()).first().isEqualTo(5L);
        assertThat(collector.log.documents().trim(0))
                .isEqualTo(new Trim(Trim.VERSION, 5, 5, ManualClock.NOON + Duration.ofDays(4).toMillis(), 5));
        collector.append(Samples.usage("next", collector.clock.millis(), "1"));
        assertThat(collector.segment(20).sequence()).isEqualTo(20);
    }

    @Test
    void segmentsThatADuplicateMayStillAskAboutStayHoweverShortTheRetention() {
        LogTimes brief = new LogTimes(Collector.LATENESS, Duration.ZERO);
        long question = Duration.ofHours(48).plus(Duration.ofMinutes(10)).plus(Duration.ofHours(1)).toMillis();
        days(20);
        collector.drivenTo(19);
        new LogTrimmer(collector.log.documents(), brief).trim(0);

        assertThat(kept().get(0)).isEqualTo(17);
        assertThat(collector.segment(17).time()).isGreaterThanOrEqualTo(collector.segment(19).time() - question);
    }

    @Test
    void onePassLooksAtSoManySegments() {
        days(250);
        collector.drivenTo(249);
        trimmer.trim(0);
        assertThat(kept().get(0)).isEqualTo(LogTrimmer.MAX_SEGMENTS);
        trimmer.trim(0);
        trimmer.trim(0);
        trimmer.trim(0);
        assertThat(kept().get(0)).isEqualTo(239);
    }

    @Test
    void whateverFailsOnTheWayLaterPassesFinish() {
        for (Fault fault : Fault.values()) {
            for (int at = 0; at < 12; at++) {
                FaultyStore fresh = new FaultyStore();
                Collector one = new Collector(fresh, 1, 1_000, Duration.ofDays(10));
                for (int day = 0; day < 20; day++) {
                    one.append(Samples.usage("day-" + day, one.clock.millis(), "1"));
                    one.clock.advance(Duration.ofDays(1));
                }
                one.drivenTo(19);
                LogTrimmer faulty = new LogTrimmer(one.log.documents(), one.log.times());
                int fail = at;
                fresh.faults((call, write, keys) -> call == fail ? fault : Fault.NONE);
                try {
                    faulty.trim(0);
                } catch (FaultyStore.Crash | StoreException expected) {
                    assertThat(fault).isNotEqualTo(Fault.NONE);
                }
                fresh.noFaults();
                Trim seen = one.log.documents().trim(0);
                for (long n = seen.lowest(); n < 20; n++) {
                    assertThat(fresh.documents()).as("%s at call %d", fault, at).containsKey(Keys.segment(0, n));
                }
                faulty.trim(0);
                faulty.trim(0);
                assertThat(one.log.documents().trim(0).removed()).isEqualTo(9);
                assertThat(LongStream.range(0, 9).filter(n -> fresh.documents().containsKey(Keys.segment(0, n))))
                        .as("%s at call %d", fault, at).isEmpty();
            }
        }
    }

    @Test
    void emptiedLogKeepsItsTimeAndSequence() {
        days(20);
        collector.drivenTo(19);
        trimmer.trim(0);
        // As another release might trim: everything that was driven, the cursor's own segment too.
        Versioned<Trim> trim = collector.log.documents().versionedTrim(0);
        long time = collector.segment(19).time();
        collector.log.documents().replaceTrim(0, trim, new Trim(Trim.VERSION, 20, 20, time, 20));
        for (long n = 9; n < 20; n++) {
            store.documents().remove(Keys.segment(0, n));
        }
        Collector restarted = new Collector(store);
        restarted.clock.set(time - 1_000);

        restarted.append(Samples.usage("a", time, "1"));

        assertThat(restarted.segment(20).time()).isEqualTo(time);
        assertThat(restarted.segment(20).sequence()).isEqualTo(20);
    }

    @Test
    void markExpiresLongAfterTheLastUsageThatCouldAskForIt() {
        LogTimes times = new LogTimes(Collector.LATENESS, Duration.ofDays(400));
        long end = ManualClock.NOON;
        long lastQuestion = end + Duration.ofHours(49).toMillis();

        assertThat(times.tooLate(end, lastQuestion)).isFalse();
        assertThat(times.tooLate(end, lastQuestion + 1)).isTrue();
        assertThat(times.markExpiry(end, end)).isEqualTo(lastQuestion + Duration.ofDays(400).toMillis());
        assertThat(times.markExpiry(end, end + Duration.ofDays(9).toMillis()))
                .isEqualTo(end + Duration.ofDays(409).toMillis());
        assertThat(new LogTimes(Collector.LATENESS, Duration.ZERO).markExpiry(end, end))
                .isEqualTo(lastQuestion + LogTimes.MIN_MARK_BACKSTOP.toMillis());
    }
}
