package io.quipu.collector.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.usage.Event;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DedupMarkTest {

    private static final String NOON = "13:" + ManualClock.NOON;

    private static LoggedUsage event(Event.Kind kind, String id) {
        LoggedUsage usage = Samples.usage(null);
        return new LoggedUsage(usage.origin(), usage.pin(), usage.measuredUsage(), null, null, new Event(kind, id), null);
    }

    @Test
    void theKeyOfAUsageIsWhatItAlwaysWas() {
        String fields = "3:org5:space3:app14:object-storage5:basic8:instance" + NOON + NOON;
        assertThat(DedupMark.key(Samples.usage("a"))).isEqualTo(Keys.dedup(Keys.hash(fields + "1:a")));
        assertThat(DedupMark.key(Samples.usage(""))).isEqualTo(Keys.dedup(Keys.hash(fields + "0:")));
        assertThat(DedupMark.key(Samples.usage(null))).isEqualTo(Keys.dedup(Keys.hash(fields + "-")));
    }

    @Test
    void noUsageAndNoEventsOfDifferentKindsOrIdsShareAKey() {
        List<String> keys = new ArrayList<>();
        for (String id : new String[] {null, "", "a", "!", "-", "4:STOP", "START", "!4:STOP-", "!5:START1:a"}) {
            keys.add(DedupMark.key(Samples.usage(id)));
            for (Event.Kind kind : Event.Kind.values()) {
                keys.add(DedupMark.key(event(kind, id)));
            }
        }
        assertThat(keys).doesNotHaveDuplicates();
        assertThat(DedupMark.key(event(Event.Kind.STOP, "a"))).isEqualTo(DedupMark.key(event(Event.Kind.STOP, "a")));
    }

    @Test
    void theEndsOfASnapshotOfAllDifferByTheirPartitionsAndThoseOfOrganizationsByThese() {
        List<String> keys = new ArrayList<>();
        for (String id : new String[] {null, "", "0"}) {
            keys.add(DedupMark.key(LoggedUsage.complete("org", "r", ManualClock.NOON, id)));
            keys.add(DedupMark.key(LoggedUsage.complete("other", "r", ManualClock.NOON, id)));
            keys.add(DedupMark.key(LoggedUsage.completeOfAll(0, "r", ManualClock.NOON, id)));
            keys.add(DedupMark.key(LoggedUsage.completeOfAll(1, "r", ManualClock.NOON, id)));
            keys.add(DedupMark.key(LoggedUsage.completeOfAll(1, "other", ManualClock.NOON, id)));
            keys.add(DedupMark.key(LoggedUsage.completeOfAll(1, "r", ManualClock.NOON + 1, id)));
        }
        assertThat(keys).doesNotHaveDuplicates();
        LoggedUsage end = LoggedUsage.completeOfAll(1, "r", ManualClock.NOON, "s");
        assertThat(Json.read(Json.write(end), LoggedUsage.class)).isEqualTo(end);
        assertThat(new String(Json.write(end), java.nio.charset.StandardCharsets.UTF_8)).doesNotContain("pin", "completes");
    }

    @Test
    void theContentOfAnEventIsItsMeasures() {
        assertThat(DedupMark.content(event(Event.Kind.START, "a"))).isEqualTo(DedupMark.content(Samples.usage("a")));
    }

    @Test
    void aUsageIsWrittenAsEverAndAnEventReadBackAsItIs() {
        assertThat(new String(Json.write(Samples.usage("a")), java.nio.charset.StandardCharsets.UTF_8)).doesNotContain("event");
        LoggedUsage event = event(Event.Kind.LEVEL, "a");
        assertThat(Json.read(Json.write(event), LoggedUsage.class)).isEqualTo(event);
        assertThat(event.in("trace").event()).isEqualTo(event.event());
        assertThat(event.collected(7, 8).event()).isEqualTo(event.event());
    }
}
